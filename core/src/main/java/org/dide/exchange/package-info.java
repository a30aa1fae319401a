/** Models of elsewhere: checkpoints of the community in, ours out. */
@NullMarked
package org.dide.exchange;

import org.jspecify.annotations.NullMarked;

/** Golden cases: what the reference implementation computed, against what this one does. */
@NullMarked
package org.dide.verify;

import org.jspecify.annotations.NullMarked;

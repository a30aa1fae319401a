/** Data sets opened by format and path, for training, checking and evaluation alike. */
@NullMarked
package org.dide.data.source;

import org.jspecify.annotations.NullMarked;

/** DiDE: fusion encoders distilled into dual encoders that answer from pre-computed pictures. */
@NullMarked
package org.dide;

import org.jspecify.annotations.NullMarked;

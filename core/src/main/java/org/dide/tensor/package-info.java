/** Owners of native memory, devices, precision, and files of tensors. */
@NullMarked
package org.dide.tensor;

import org.jspecify.annotations.NullMarked;

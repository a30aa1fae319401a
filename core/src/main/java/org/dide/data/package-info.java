/** Readers of the public data formats, generated data, and the batches made from them. */
@NullMarked
package org.dide.data;

import org.jspecify.annotations.NullMarked;

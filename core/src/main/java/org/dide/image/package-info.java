/**
 * Pictures: decoding within limits, orientation, resizing, normalising, augmenting, batches of
 * pixels.
 */
@NullMarked
package org.dide.image;

import org.jspecify.annotations.NullMarked;

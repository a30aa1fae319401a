package org.dide.image;

import org.bytedeco.pytorch.Tensor;

/**
 * Normalised pictures, padded with zeros on the right and at the bottom to one size. A picture's
 * true size, not its pixels, says what is padding.
 *
 * @param pixels {@code (B, 3, H, W)} float32
 * @param heights true height of each picture in pixels
 * @param widths true width of each picture in pixels
 */
@SuppressWarnings("ArrayRecordComponent") // a batch is never compared
public record PixelBatch(Tensor pixels, int[] heights, int[] widths) {
  /** B, the number of pictures. */
  public int size() {
    return heights.length;
  }
}

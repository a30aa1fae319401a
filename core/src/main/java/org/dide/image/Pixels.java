package org.dide.image;

/**
 * A picture as a model takes it.
 *
 * @param height rows
 * @param width columns
 * @param chw {@code (3, H, W)} float32, normalised
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough; copying pixels is not
public record Pixels(int height, int width, float[] chw) {
  /** Checks that the values are as many as the size says. */
  public Pixels {
    if (height < 1 || width < 1 || chw.length != 3L * height * width) {
      throw new IllegalArgumentException(
          "pixels of 3x%dx%d have %d values".formatted(height, width, chw.length));
    }
  }
}

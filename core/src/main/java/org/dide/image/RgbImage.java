package org.dide.image;

/**
 * A decoded picture: 8-bit red, green, blue, interleaved, row by row from the top left.
 *
 * @param width pixels in a row, at least 1
 * @param height rows, at least 1
 * @param rgb {@code height * width * 3} bytes; owned by this record, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough; copying pixels is not
public record RgbImage(int width, int height, byte[] rgb) {
  /** Checks that the bytes are as many as the size says. */
  public RgbImage {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "a picture of %dx%d has %d bytes".formatted(width, height, rgb.length));
    }
  }
}

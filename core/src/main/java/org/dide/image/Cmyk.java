package org.dide.image;

import java.awt.image.Raster;

/**
 * Four-component JPEG samples to RGB, without a colour profile: what is not absorbed by the ink and
 * then by black is seen. Samples are stored inverted (255 = no ink), as Adobe does and every
 * decoder assumes.
 */
final class Cmyk {
  private static final int FRACTION_BITS = 16;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private Cmyk() {}

  static RgbImage toRgb(Raster raster, boolean ycck) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(width * 3, height)];
    int[] row = new int[width * 4];
    int target = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i += 4, target += 3) {
        if (ycck) {
          toCmy(row, i);
        }
        int light = row[i + 3];
        rgb[target] = (byte) seen(row[i], light);
        rgb[target + 1] = (byte) seen(row[i + 1], light);
        rgb[target + 2] = (byte) seen(row[i + 2], light);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** {@code light - round((255 - inverted) * light / 255)}, the rounding that Pillow uses. */
  private static int seen(int inverted, int light) {
    return light - divideBy255((255 - inverted) * light);
  }

  private static int divideBy255(int product) {
    int biased = product + 128;
    return ((biased >> 8) + biased) >> 8;
  }

  /** YCC to the complement of RGB (ITU-T T.871, section 7, in the 16-bit fixed point of IJG). */
  private static void toCmy(int[] row, int i) {
    int y = row[i];
    int cb = row[i + 1] - 128;
    int cr = row[i + 2] - 128;
    int red = y + ((fixed(1.40200) * cr + HALF) >> FRACTION_BITS);
    int green = y + ((-fixed(0.34414) * cb - fixed(0.71414) * cr + HALF) >> FRACTION_BITS);
    int blue = y + ((fixed(1.77200) * cb + HALF) >> FRACTION_BITS);
    row[i] = clip(255 - red);
    row[i + 1] = clip(255 - green);
    row[i + 2] = clip(255 - blue);
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << FRACTION_BITS) + 0.5);
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}

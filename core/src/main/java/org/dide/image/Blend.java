package org.dide.image;

import java.util.Arrays;

/**
 * Operations that blend a picture with a poorer version of itself: 0 gives the poorer one, 1 the
 * picture, more than 1 goes beyond it.
 */
final class Blend {
  private Blend() {}

  static RgbImage color(RgbImage image, double factor) {
    byte[] rgb = image.rgb();
    byte[] grey = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i += 3) {
      Arrays.fill(grey, i, i + 3, (byte) luma(rgb, i));
    }
    return blend(grey, image, factor);
  }

  static RgbImage contrast(RgbImage image, double factor) {
    byte[] rgb = image.rgb();
    double sum = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      sum += luma(rgb, i);
    }
    byte[] mean = new byte[rgb.length];
    int pixels = image.width() * image.height();
    Arrays.fill(mean, (byte) (int) (sum / pixels + 0.5));
    return blend(mean, image, factor);
  }

  static RgbImage brightness(RgbImage image, double factor) {
    return blend(new byte[image.rgb().length], image, factor);
  }

  static RgbImage sharpness(RgbImage image, double factor) {
    return blend(smooth(image), image, factor);
  }

  /** ITU-R BT.601 luma in 16-bit fixed point. */
  private static int luma(byte[] rgb, int i) {
    int r = rgb[i] & 0xFF;
    int g = rgb[i + 1] & 0xFF;
    int b = rgb[i + 2] & 0xFF;
    return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
  }

  /** The mean of 3x3 pixels, the middle one counted five times; the border stays as it is. */
  private static byte[] smooth(RgbImage image) {
    byte[] from = image.rgb();
    byte[] to = from.clone();
    int stride = image.width() * 3;
    for (int y = 1; y < image.height() - 1; y++) {
      for (int i = y * stride + 3; i < (y + 1) * stride - 3; i++) {
        int sum = 4 * (from[i] & 0xFF);
        for (int row = i - stride; row <= i + stride; row += stride) {
          sum += (from[row - 3] & 0xFF) + (from[row] & 0xFF) + (from[row + 3] & 0xFF);
        }
        // Halves cannot occur in thirteenths, so this rounds as Pillow's floating point does.
        to[i] = (byte) ((2 * sum + 13) / 26);
      }
    }
    return to;
  }

  private static RgbImage blend(byte[] poorer, RgbImage image, double factor) {
    float share = (float) factor;
    byte[] from = image.rgb();
    byte[] to = new byte[from.length];
    for (int i = 0; i < from.length; i++) {
      int low = poorer[i] & 0xFF;
      float blended = low + share * ((from[i] & 0xFF) - low);
      to[i] = (byte) (int) Math.max(0, Math.min(255, blended));
    }
    return new RgbImage(image.width(), image.height(), to);
  }
}

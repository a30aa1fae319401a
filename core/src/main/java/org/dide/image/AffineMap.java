package org.dide.image;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Operations that move pixels: output pixel (x, y) shows input pixel (a x + b y + c, d x + e y +
 * f), the nearest, or black where there is none. Sizes do not change.
 */
record AffineMap(double a, double b, double c, double d, double e, double f) {
  private static final int FRACTION_BITS = 16;
  private static final int DECIMALS = 15;

  static RgbImage rotate(RgbImage image, double degrees) {
    if (degrees == 0) {
      return image;
    }
    // Pillow takes the angle modulo 360 and rounds the matrix; both show in the last bit.
    double angle = -Math.toRadians(degrees < 0 ? degrees + 360 : degrees);
    double cos = round(Math.cos(angle));
    double sin = round(Math.sin(angle));
    double centreX = image.width() / 2.0;
    double centreY = image.height() / 2.0;
    double c = cos * -centreX + sin * -centreY + 0.0 + centreX;
    double f = -sin * -centreX + cos * -centreY + 0.0 + centreY;
    return new AffineMap(cos, sin, c, -sin, cos, f).apply(image);
  }

  static RgbImage shearX(RgbImage image, double slope) {
    return new AffineMap(1, slope, 0, 0, 1, 0).apply(image);
  }

  static RgbImage shearY(RgbImage image, double slope) {
    return new AffineMap(1, 0, 0, slope, 1, 0).apply(image);
  }

  static RgbImage translateX(RgbImage image, double pixels) {
    return new AffineMap(1, 0, pixels, 0, 1, 0).apply(image);
  }

  static RgbImage translateY(RgbImage image, double pixels) {
    return new AffineMap(1, 0, 0, 0, 1, pixels).apply(image);
  }

  private static double round(double value) {
    return new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue();
  }

  private RgbImage apply(RgbImage image) {
    int width = image.width();
    int height = image.height();
    byte[] from = image.rgb();
    byte[] to = new byte[from.length];
    long stepX = fixed(a);
    long stepY = fixed(d);
    int out = 0;
    for (int y = 0; y < height; y++) {
      // Pixels are sampled at their centres.
      long columnFixed = fixed(c + a * 0.5 + b * 0.5) + y * fixed(b);
      long rowFixed = fixed(f + d * 0.5 + e * 0.5) + y * fixed(e);
      for (int x = 0; x < width; x++, out += 3) {
        long column = columnFixed >> FRACTION_BITS;
        long row = rowFixed >> FRACTION_BITS;
        if (column >= 0 && column < width && row >= 0 && row < height) {
          System.arraycopy(from, (int) (row * width + column) * 3, to, out, 3);
        }
        columnFixed += stepX;
        rowFixed += stepY;
      }
    }
    return new RgbImage(width, height, to);
  }

  private static long fixed(double value) {
    return (long) Math.floor(value * (1 << FRACTION_BITS) + 0.5);
  }
}

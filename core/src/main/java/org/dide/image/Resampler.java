package org.dide.image;

import java.util.Arrays;

/**
 * Resizes by bicubic convolution (Keys 1981, a = -0.5), widened when shrinking so that nothing
 * aliases. Equal, bit for bit, to the 8-bit {@code Image.resize(size, BICUBIC)} of Pillow 13: one
 * pass along columns and one along rows, each in 22-bit fixed point and rounded to 8 bits.
 *
 * <p>Columns come first, unless the height loses more than twice the pixels that the width does
 * (Pillow's rule since 13.0, to save work). The order shows in the rounding, so it is kept.
 *
 * <p>Stateless and thread-safe.
 */
public final class Resampler {
  private static final int FRACTION_BITS = 22;
  private static final int ONE = 1 << FRACTION_BITS;
  private static final int HALF = ONE >> 1;
  private static final double REACH = 2;

  private Resampler() {}

  /** The picture at another size. */
  public static RgbImage resize(RgbImage image, ImageSize size) {
    if (size.width() == image.width() && size.height() == image.height()) {
      return image;
    }
    Taps columns = Taps.of(image.width(), size.width());
    Taps rows = Taps.of(image.height(), size.height());
    int lostRows = image.height() - size.height();
    int lostColumns = image.width() - size.width();
    byte[] rgb =
        lostRows > 0 && lostRows > 2 * lostColumns
            ? rowsFirst(image, columns, rows)
            : columnsFirst(image, columns, rows);
    return new RgbImage(size.width(), size.height(), rgb);
  }

  private static byte[] rowsFirst(RgbImage image, Taps columns, Taps rows) {
    int stride = image.width() * 3;
    int samples = columns.size() * 3;
    byte[] rgb = new byte[Math.multiplyExact(samples, rows.size())];
    int[] sums = new int[stride];
    byte[] row = new byte[stride];
    int[] resampled = new int[samples];
    for (int y = 0; y < rows.size(); y++) {
      Arrays.fill(sums, HALF);
      int offset = rows.first()[y] * stride;
      for (int weight : rows.weights()[y]) {
        accumulate(image.rgb(), offset, weight, sums);
        offset += stride;
      }
      for (int i = 0; i < stride; i++) {
        row[i] = (byte) clip(sums[i]);
      }
      columns.convolve(row, 0, resampled);
      for (int i = 0; i < samples; i++) {
        rgb[y * samples + i] = (byte) resampled[i];
      }
    }
    return rgb;
  }

  /** Holds only those rows, columns resampled, that the current output row is made of. */
  private static byte[] columnsFirst(RgbImage image, Taps columns, Taps rows) {
    int stride = image.width() * 3;
    int samples = columns.size() * 3;
    byte[] rgb = new byte[Math.multiplyExact(samples, rows.size())];
    int[] sums = new int[samples];
    int[][] window = new int[rows.most()][samples];
    int resampled = 0;
    for (int y = 0; y < rows.size(); y++) {
      int[] weights = rows.weights()[y];
      int first = rows.first()[y];
      for (; resampled < first + weights.length; resampled++) {
        columns.convolve(image.rgb(), resampled * stride, window[resampled % window.length]);
      }
      Arrays.fill(sums, HALF);
      for (int i = 0; i < weights.length; i++) {
        accumulate(window[(first + i) % window.length], weights[i], sums);
      }
      for (int i = 0; i < samples; i++) {
        rgb[y * samples + i] = (byte) clip(sums[i]);
      }
    }
    return rgb;
  }

  private static void accumulate(int[] row, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += row[i] * weight;
    }
  }

  private static void accumulate(byte[] rgb, int offset, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (rgb[offset + i] & 0xFF) * weight;
    }
  }

  private static double bicubic(double distance) {
    double a = -0.5;
    double x = Math.abs(distance);
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }

  private static int clip(int fixed) {
    return Math.max(0, Math.min(255, fixed >> FRACTION_BITS));
  }

  /**
   * What each output sample is made of along one side.
   *
   * @param first first input sample of each output sample
   * @param weights fixed-point weights of that and the following samples
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taps(int[] first, int[][] weights) {
    static Taps of(int from, int to) {
      int[] first = new int[to];
      int[][] weights = new int[to][];
      double scale = (double) from / to;
      double widening = Math.max(scale, 1);
      double support = REACH * widening;
      for (int i = 0; i < to; i++) {
        if (from == to) {
          first[i] = i;
          weights[i] = new int[] {ONE};
          continue;
        }
        double centre = (i + 0.5) * scale;
        first[i] = Math.max(0, (int) (centre - support + 0.5));
        int end = Math.min(from, (int) (centre + support + 0.5));
        weights[i] = weights(centre, first[i], end, 1 / widening);
      }
      return new Taps(first, weights);
    }

    private static int[] weights(double centre, int first, int end, double narrowing) {
      double[] exact = new double[end - first];
      double sum = 0;
      for (int i = 0; i < exact.length; i++) {
        exact[i] = bicubic((i + first - centre + 0.5) * narrowing);
        sum += exact[i];
      }
      int[] fixed = new int[exact.length];
      for (int i = 0; i < exact.length; i++) {
        double scaled = exact[i] / sum * ONE;
        fixed[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      }
      return fixed;
    }

    int size() {
      return first.length;
    }

    /** The most input samples that an output sample is made of. */
    int most() {
      int most = 0;
      for (int[] row : weights) {
        most = Math.max(most, row.length);
      }
      return most;
    }

    /** Resamples the columns of the row at an offset into 8-bit samples. */
    void convolve(byte[] rgb, int offset, int[] row) {
      for (int x = 0, out = 0; x < first.length; x++) {
        int in = offset + first[x] * 3;
        int r = HALF;
        int g = HALF;
        int b = HALF;
        for (int weight : weights[x]) {
          r += (rgb[in] & 0xFF) * weight;
          g += (rgb[in + 1] & 0xFF) * weight;
          b += (rgb[in + 2] & 0xFF) * weight;
          in += 3;
        }
        row[out++] = clip(r);
        row[out++] = clip(g);
        row[out++] = clip(b);
      }
    }
  }
}

package org.dide.image;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Operations that replace each sample by what a table of its channel says. */
final class Levels {
  private static final int LEVELS = 256;
  private static final int CHANNELS = 3;
  private static final int BRIGHT = 128;

  private Levels() {}

  /** Each channel from its darkest and brightest level to 0 and 255. */
  static RgbImage stretch(RgbImage image) {
    byte[][] tables = new byte[CHANNELS][];
    for (int channel = 0; channel < CHANNELS; channel++) {
      int[] histogram = histogram(image, channel);
      int low = 0;
      while (histogram[low] == 0) {
        low++;
      }
      int high = LEVELS - 1;
      while (histogram[high] == 0) {
        high--;
      }
      double scale = high > low ? 255.0 / (high - low) : 1;
      double offset = high > low ? -low * scale : 0;
      tables[channel] = table(level -> (int) (level * scale + offset));
    }
    return apply(image, tables);
  }

  /** Each channel so that its levels are about equally frequent. */
  static RgbImage equalize(RgbImage image) {
    byte[][] tables = new byte[CHANNELS][];
    for (int channel = 0; channel < CHANNELS; channel++) {
      tables[channel] = equalizing(histogram(image, channel));
    }
    return apply(image, tables);
  }

  private static byte[] equalizing(int[] histogram) {
    int last = LEVELS - 1;
    while (histogram[last] == 0) {
      last--;
    }
    int total = Arrays.stream(histogram).sum();
    int step = (total - histogram[last]) / 255;
    if (step == 0) {
      return table(level -> level);
    }
    int[] cumulative = new int[LEVELS];
    cumulative[0] = step / 2;
    for (int level = 1; level < LEVELS; level++) {
      cumulative[level] = cumulative[level - 1] + histogram[level - 1];
    }
    return table(level -> cumulative[level] / step);
  }

  static RgbImage posterize(RgbImage image, double bits) {
    int kept = Math.max(1, (int) bits);
    int mask = -1 << (8 - kept);
    return apply(image, level -> level & mask);
  }

  static RgbImage solarize(RgbImage image, double threshold) {
    return apply(image, level -> solarized(level, threshold));
  }

  static RgbImage solarizeAdd(RgbImage image, double addition) {
    return apply(image, level -> solarized(clip((int) (level + addition)), BRIGHT));
  }

  private static int solarized(int level, double threshold) {
    return level < threshold ? level : 255 - level;
  }

  private static int[] histogram(RgbImage image, int channel) {
    int[] counts = new int[LEVELS];
    byte[] rgb = image.rgb();
    for (int i = channel; i < rgb.length; i += CHANNELS) {
      counts[rgb[i] & 0xFF]++;
    }
    return counts;
  }

  private static RgbImage apply(RgbImage image, IntUnaryOperator function) {
    byte[] table = table(function);
    return apply(image, new byte[][] {table, table, table});
  }

  private static RgbImage apply(RgbImage image, byte[][] tables) {
    byte[] from = image.rgb();
    byte[] to = new byte[from.length];
    for (int channel = 0; channel < CHANNELS; channel++) {
      byte[] table = tables[channel];
      for (int i = channel; i < from.length; i += CHANNELS) {
        to[i] = table[from[i] & 0xFF];
      }
    }
    return new RgbImage(image.width(), image.height(), to);
  }

  private static byte[] table(IntUnaryOperator function) {
    byte[] table = new byte[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      table[level] = (byte) clip(function.applyAsInt(level));
    }
    return table;
  }

  private static int clip(int level) {
    return Math.max(0, Math.min(255, level));
  }
}

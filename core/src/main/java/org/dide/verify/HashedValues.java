package org.dide.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.random.Draws;
import org.dide.tensor.Tensors;

/**
 * Weights, pictures and texts that are a function of their name, so that cases of full size need no
 * files. The seed is FNV-1a's 64-bit hash of the name; the i-th value comes from SplitMix64's
 * finaliser of seed + (i + 1) · γ.
 */
final class HashedValues {
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final int CLASS = 101;
  private static final int SEPARATOR = 102;
  private static final int FIRST_WORD = 1000;
  private static final int WORDS = 28_000;

  private HashedValues() {}

  /** The parameter of that full name. */
  static Tensor parameter(String name, long... shape) {
    long seed = seed(name);
    double base = isNormWeight(name, shape) ? 1 : 0;
    double scale = scale(name, shape);
    float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
    IntStream.range(0, values.length)
        .parallel()
        .forEach(
            i -> {
              double unit = (bits(seed, i) >>> 40) * 0x1p-23 - 1; // in [-1, 1)
              values[i] = (float) (base + scale * unit);
            });
    return Tensors.of(values, shape);
  }

  /**
   * Pictures, normalised and padded with zeros.
   *
   * @param slot which picture of its example, from 0
   */
  static Tensor pictures(int slot, int[] heights, int[] widths) {
    int height = Arrays.stream(heights).max().orElseThrow();
    int width = Arrays.stream(widths).max().orElseThrow();
    float[] pixels = new float[heights.length * 3 * height * width];
    for (int b = 0; b < heights.length; b++) {
      long seed = seed("image%d_b%d".formatted(slot, b));
      long i = 0;
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < heights[b]; y++) {
          int row = ((b * 3 + channel) * height + y) * width;
          for (int x = 0; x < widths[b]; x++) {
            pixels[row + x] = ((bits(seed, i++) >>> 56) / 255f - 0.5f) / 0.5f;
          }
        }
      }
    }
    return Tensors.of(pixels, heights.length, 3, height, width); // (B, 3, H, W)
  }

  /** Token ids, padded to a length. */
  static Tensor texts(int[] lengths, int padded) {
    long[] ids = new long[lengths.length * padded];
    for (int b = 0; b < lengths.length; b++) {
      long seed = seed("text_b" + b);
      for (int j = 1; j < lengths[b] - 1; j++) {
        ids[b * padded + j] = FIRST_WORD + (bits(seed, j) >>> 40) % WORDS;
      }
      ids[b * padded] = CLASS;
      ids[b * padded + lengths[b] - 1] = SEPARATOR;
    }
    return Tensors.of(ids, lengths.length, padded); // (B, T)
  }

  private static double scale(String name, long... shape) {
    if (name.endsWith("embeddings.weight")) {
      return 0.5;
    }
    if (name.endsWith("pos_embed") || name.endsWith("cls_token")) {
      return 0.3;
    }
    if (shape.length < 2) {
      return 0.1;
    }
    long fanIn = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    return Math.sqrt(3.0 / fanIn) * (name.endsWith("qkv.weight") ? 1.5 : 1);
  }

  private static boolean isNormWeight(String name, long... shape) {
    return shape.length == 1 && name.endsWith(".weight");
  }

  private static long bits(long seed, long index) {
    return Draws.mix(seed + (index + 1) * GOLDEN_GAMMA);
  }

  private static long seed(String name) {
    long hash = FNV_OFFSET;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    return hash;
  }
}

package org.dide.store;

import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Vectors as bytes: what {@link VectorType#INT8} means.
 *
 * <p>A vector is divided into stretches of D values, the last of which may be shorter. Each stretch
 * has a scale s, and each of its values v the byte q = v / s, rounded to the nearest, to even
 * between two. What is read is s q, rounded to float16 likewise, in memory and row by row, so that
 * an item gets the same answer however it is read.
 *
 * <p>s is h / 127, rounded up to a float32 whose lowest 7 bits are zero, where h is the stretch's
 * largest magnitude, rounded to float16. So s q is exact in float32, q is within ±127, 127 s is
 * read as h, and what was read becomes the same bytes again. No scale is below the least float16,
 * 2^-24, so that smaller values become what they become in float16; only where h is 0, s is 0.
 *
 * @param stretch D
 */
record Quantiser(int stretch) {
  private static final int MOST = 127;
  private static final int LOW_BITS = 0x7f; // as many as MOST has
  private static final float LEAST_SCALE = 0x1p-24f;

  /** How many scales a vector has. */
  int scales(int size) {
    return 1 + (size - 1) / stretch; // rounded up
  }

  /** A vector's scales. */
  float[] scales(float[] values) {
    float[] largest = new float[scales(values.length)];
    for (int i = 0; i < values.length; i++) {
      largest[i / stretch] = Math.max(largest[i / stretch], Math.abs(values[i]));
    }
    for (int i = 0; i < largest.length; i++) {
      largest[i] = scale(largest[i]);
    }
    return largest;
  }

  /** The scale of values up to a magnitude. */
  static float scale(float largest) {
    float half = Float16.toFloat(Float16.toFloat16(largest));
    int up = (Float.floatToIntBits(half / MOST) + LOW_BITS) & ~LOW_BITS;
    return half == 0 ? 0 : Math.max(LEAST_SCALE, Float.intBitsToFloat(up));
  }

  /** A vector's bytes. */
  byte[] bytes(float[] values, float[] scales) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      double scale = scales[i / stretch];
      bytes[i] = scale == 0 ? 0 : (byte) Math.rint(values[i] / scale);
    }
    return bytes;
  }

  /** The vector of bytes and scales. */
  float[] values(byte[] bytes, float[] scales) {
    float[] values = new float[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float16.toFloat(half(scales[i / stretch], bytes[i]));
    }
    return values;
  }

  /**
   * The same in native memory, as float16. A stretch's values are computed once each.
   *
   * @param bytes address of as many bytes as values are wanted
   * @param scales address of their scales
   * @param to address of as many float16
   */
  void values(long bytes, long scales, int size, long to) {
    short[] halves = new short[2 * MOST + 2]; // by byte, without its sign
    for (int start = 0; start < size; start += stretch) {
      float scale = Float.intBitsToFloat(MemoryUtil.getInt(scales));
      scales += Float.BYTES;
      for (int q = Byte.MIN_VALUE; q <= Byte.MAX_VALUE; q++) {
        halves[q & 0xff] = half(scale, q);
      }
      int end = Math.min(size, start + stretch);
      for (int i = start; i < end; i++) {
        short half = halves[MemoryUtil.getByte(bytes + i) & 0xff];
        MemoryUtil.putShort(to + (long) Short.BYTES * i, half);
      }
    }
  }

  private static short half(float scale, int q) {
    return Float16.toFloat16(scale * q);
  }
}

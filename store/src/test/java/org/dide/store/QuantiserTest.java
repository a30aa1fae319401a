package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.memory.util.MemoryUtil;
import org.junit.jupiter.api.Test;

class QuantiserTest {
  private static final int HALVES = 0x7c00; // that are finite, from 0 on
  private static final int STEP = 0x80; // to the next float with 7 low bits of 0

  /** Vectors of all magnitudes that float16 has, and less, each near one of them. */
  @Provide
  Arbitrary<float[]> vectors() {
    Arbitrary<Integer> exponents = Arbitraries.integers().between(-30, 15);
    Arbitrary<Float> mantissas = Arbitraries.floats().between(-1.99f, 1.99f);
    Arbitrary<Integer> drops = Arbitraries.integers().between(0, 9);
    Arbitrary<Float> values = Combinators.combine(mantissas, drops).as((m, d) -> Math.scalb(m, -d));
    return exponents.flatMap(
        exponent ->
            values
                .map(value -> Math.scalb(value, exponent))
                .list()
                .ofMinSize(1)
                .ofMaxSize(20)
                .map(QuantiserTest::floats));
  }

  private static float[] floats(List<Float> list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i);
    }
    return floats;
  }

  /** A vector's scales and bytes, and what is read of them. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(float[] scales, byte[] bytes, float[] read) {
    static Stored of(float[] values, int stretch) {
      Quantiser quantiser = new Quantiser(stretch);
      float[] scales = quantiser.scales(values);
      byte[] bytes = quantiser.bytes(values, scales);
      return new Stored(scales, bytes, quantiser.values(bytes, scales));
    }
  }

  @Property
  void whatWasReadBecomesTheSameBytes(
      @ForAll("vectors") float[] values, @ForAll @IntRange(min = 1, max = 9) int stretch) {
    Stored once = Stored.of(values, stretch);
    Stored again = Stored.of(once.read, stretch);
    assertThat(again.scales).isEqualTo(once.scales);
    assertThat(again.bytes).isEqualTo(once.bytes);
  }

  @Property
  void noValueIsFurtherAwayThanHalfAScale(
      @ForAll("vectors") float[] values, @ForAll @IntRange(min = 1, max = 9) int stretch) {
    Stored stored = Stored.of(values, stretch);
    float[] scales = stored.scales;
    byte[] bytes = stored.bytes;
    float[] read = stored.read;
    assertThat(scales).hasSize((values.length + stretch - 1) / stretch);
    for (int i = 0; i < values.length; i++) {
      double scale = scales[i / stretch];
      double exact = scale * bytes[i];
      assertThat((int) bytes[i]).isBetween(-127, 127);
      assertThat(Math.abs(exact - values[i])).isLessThanOrEqualTo(Math.max(scale, 0x1p-24) / 2);
      assertThat((double) (float) exact).isEqualTo(exact);
      assertThat(read[i]).isEqualTo(Float16.toFloat(Float16.toFloat16((float) exact)));
    }
  }

  @Property(tries = 200)
  void memoryHoldsTheSame(
      @ForAll("vectors") float[] values, @ForAll @IntRange(min = 1, max = 9) int stretch) {
    Quantiser quantiser = new Quantiser(stretch);
    float[] scales = quantiser.scales(values);
    byte[] bytes = quantiser.bytes(values, scales);
    long address = MemoryUtil.allocateMemory(100 + 100 + 50);
    try {
      for (int i = 0; i < scales.length; i++) {
        MemoryUtil.putInt(address + (long) Float.BYTES * i, Float.floatToIntBits(scales[i]));
      }
      MemoryUtil.copyToMemory(bytes, 0, address + 100, bytes.length);
      quantiser.values(address + 100, address, bytes.length, address + 200);
      float[] read = new float[bytes.length];
      for (int i = 0; i < read.length; i++) {
        read[i] = Float16.toFloat(MemoryUtil.getShort(address + 200 + (long) Short.BYTES * i));
      }
      assertThat(read).isEqualTo(quantiser.values(bytes, scales));
    } finally {
      MemoryUtil.freeMemory(address);
    }
  }

  /** The rule, for every magnitude that there is. */
  @Test
  void everyScaleIsTheLeastThatReaches() {
    for (int half = 1; half < HALVES; half++) {
      float largest = Float16.toFloat((short) half);
      float scale = Quantiser.scale(largest);
      int bits = Float.floatToIntBits(scale);
      float before = Float.intBitsToFloat(bits - STEP);
      boolean holds =
          bits % STEP == 0
              && scale * 127 >= largest
              && (scale == 0x1p-24f || before * 127 < largest)
              && scale >= 0x1p-24f
              && (scale == 0x1p-24f || Float16.toFloat16(scale * 127) == half);
      assertThat(holds).as("%s: %s", largest, scale).isTrue();
    }
  }

  @Test
  void whatIsSmallIsAsInFloat16() {
    Quantiser quantiser = new Quantiser(3);
    float[] values = {0x1p-24f, -0x1.8p-24f, 0x1p-30f, 0, -0f, Float.MIN_VALUE, -0x1p-23f};
    float[] scales = quantiser.scales(values);
    assertThat(scales).containsExactly(0x1p-24f, 0, 0x1p-24f);
    assertThat(quantiser.bytes(values, scales)).containsExactly(1, -2, 0, 0, 0, 0, -2);
    assertThat(quantiser.values(quantiser.bytes(values, scales), scales))
        .containsExactly(0x1p-24f, -0x1p-23f, 0, 0, 0, 0, -0x1p-23f);
  }
}

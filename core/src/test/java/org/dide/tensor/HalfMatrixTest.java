package org.dide.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.bytedeco.pytorch.global.torch.linear;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.random.Draws;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HalfMatrixTest {
  @BeforeAll
  @BeforeContainer
  static void needsKernels() {
    assumeThat(HalfMatrix.isSupported()).isTrue();
  }

  /** Nothing but the weights is rounded: sums of up to 200 products of some units are float32. */
  @Property(tries = 60)
  void multipliesByRoundedWeights(
      @ForAll @IntRange(min = 1, max = 200) int in,
      @ForAll @IntRange(min = 1, max = 200) int out,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll long seed) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor weight = noise(seed, "weight", out, in);
      Tensor vectors = noise(seed, "rows", rows, in);
      try (HalfMatrix half = HalfMatrix.of("weight", weight)) {
        Tensor product = half.times(vectors);
        Tensor rounded = weight.to(ScalarType.Half).to(ScalarType.Float);
        assertThat(Tensors.shape(product)).containsExactly(rows, out);
        assertThat(distance(product, linear(vectors, rounded))).isCloseTo(0, within(1e-4));
      }
    }
  }

  @Property(tries = 60)
  void aRowDoesNotDependOnCompany(
      @ForAll @IntRange(min = 1, max = 200) int in,
      @ForAll @IntRange(min = 1, max = 200) int out,
      @ForAll @IntRange(min = 2, max = 300) int rows,
      @ForAll @IntRange(min = 0, max = 299) int place,
      @ForAll long seed) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        HalfMatrix half = HalfMatrix.of("weight", noise(seed, "weight", out, in))) {
      Tensor vectors = noise(seed, "rows", rows, in);
      int from = place % rows;
      int count = 1 + (int) (seed & 7) % (rows - from);
      Tensor alone = half.times(vectors.narrow(0, from, count));
      assertThat(alone.equal(half.times(vectors).narrow(0, from, count))).isTrue();
    }
  }

  @Test
  void takesTokensOfSeveralTexts() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        HalfMatrix half = HalfMatrix.of("weight", noise(1, "weight", 5, 3))) {
      Tensor states = noise(1, "states", 2, 7, 3);
      Tensor product = half.times(states);
      assertThat(Tensors.shape(product)).containsExactly(2, 7, 5);
      assertThat(product.view(14, 5).equal(half.times(states.view(14, 3)))).isTrue();
    }
  }

  @Test
  void refusesWhatFloat16CannotHold() {
    for (float beyond : new float[] {65505, -70000, Float.NaN, Float.POSITIVE_INFINITY}) {
      try (Scope scope = Scope.open()) {
        Tensor weight = Tensors.of(new float[] {1, beyond}, 1, 2);
        assertThatThrownBy(() -> HalfMatrix.of("mlp.fc1.weight", weight))
            .isInstanceOf(InputException.class)
            .hasMessage(
                "mlp.fc1.weight: found a weight of size %s, allowed in fp16 are at most 65504"
                    .formatted(Math.abs(beyond)));
      }
    }
    try (Scope scope = Scope.open();
        HalfMatrix half = HalfMatrix.of("w", Tensors.of(new float[] {65504, -65504}, 1, 2))) {
      assertThat(Tensors.floats(half.times(Tensors.of(new float[] {1, 0.5f}, 1, 2))))
          .containsExactly(32752);
    }
  }

  @Test
  void saysWhichProcessorsCan() {
    assertThatThrownBy(() -> HalfMatrix.requireProcessor(false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(System.getProperty("os.arch"))
        .hasMessageContaining("allowed is fp32");
  }

  /** 60 matrices of 2 MB, which no tensor holds, leave less than a third of that. */
  @Test
  void givesItsMemoryBack() {
    try (Scope scope = Scope.open()) {
      Tensor weight = noise(1, "weight", 1000, 1000);
      for (int i = 0; i < 5; i++) {
        HalfMatrix.of("weight", weight).close();
      }
      long objects = Pointer.totalCount();
      long bytes = Pointer.physicalBytes();
      for (int i = 0; i < 60; i++) {
        HalfMatrix.of("weight", weight).close();
      }
      assertThat(Pointer.totalCount()).isLessThanOrEqualTo(objects);
      assertThat(Pointer.physicalBytes() - bytes).isLessThan(40_000_000);
    }
  }

  private static Tensor noise(long seed, String name, long... shape) {
    return Gaussian.of(Draws.of(seed, name), shape);
  }

  private static double distance(Tensor one, Tensor other) {
    return one.sub(other).abs().max().item_float();
  }
}

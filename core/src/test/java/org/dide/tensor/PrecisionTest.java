package org.dide.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;

class PrecisionTest {
  private static final int SIDE = 24;

  @Test
  void namesThePrecisionsThereAre() {
    assertThat(Precision.of("fp32")).isEqualTo(Precision.FP32);
    assertThat(Precision.of("bf16")).isEqualTo(Precision.BF16);
    assertThatThrownBy(() -> Precision.of("fp16"))
        .isInstanceOf(InputException.class)
        .hasMessage("precision: found 'fp16', allowed are fp32, bf16");
  }

  /** Processors that lack it compute it in software: slower, to the same few digits. */
  @Test
  void bf16MultipliesOnEveryProcessorAndLeavesNoTrace() {
    try (Scope scope = Scope.open()) {
      Tensor a = gaussian("a");
      Tensor b = gaussian("b");
      float[] exact = Tensors.floats(a.matmul(b));
      try (Precision.Autocast cast = Precision.BF16.begin(Device.CPU)) {
        Tensor rounded = a.matmul(b);
        assertThat(rounded.scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
        float[] values = Tensors.floats(rounded);
        for (int i = 0; i < exact.length; i++) {
          assertThat(values[i]).isCloseTo(exact[i], within(0.25f));
        }
        assertThat(values).isNotEqualTo(exact);
      }
      try (Precision.Autocast cast = Precision.FP32.begin(Device.CPU)) {
        assertThat(Tensors.floats(a.matmul(b))).isEqualTo(exact);
      }
      assertThat(Tensors.floats(a.matmul(b))).isEqualTo(exact);
    }
  }

  @Test
  void whatMustBeExactIsSoWithinBf16() {
    try (Scope scope = Scope.open()) {
      Tensor a = gaussian("a");
      Tensor b = gaussian("b");
      float[] expected = Tensors.floats(a.matmul(b));
      try (Precision.Autocast cast = Precision.BF16.begin(Device.CPU)) {
        try (Precision.Exact exact = Precision.exact(a)) {
          assertThat(Tensors.floats(a.matmul(b))).isEqualTo(expected);
        }
        assertThat(a.matmul(b).scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      }
      try (Precision.Exact exact = Precision.exact(a)) {
        assertThat(Tensors.floats(a.matmul(b))).isEqualTo(expected);
      }
      assertThat(Tensors.floats(a.matmul(b))).isEqualTo(expected);
    }
  }

  @Test
  void gradientsOfParametersStayInSinglePrecision() {
    try (Scope scope = Scope.open()) {
      Tensor weight = gaussian("weight").requires_grad_(true);
      Tensor input = gaussian("input");
      try (Precision.Autocast cast = Precision.BF16.begin(Device.CPU)) {
        input.matmul(weight).to(ScalarType.Float).sum().backward();
      }
      assertThat(weight.grad().scalar_type().intern()).isEqualTo(ScalarType.Float);
      Tensor expected = input.sum(0).unsqueeze(1).expand(SIDE, SIDE);
      float[] found = Tensors.floats(weight.grad());
      float[] wanted = Tensors.floats(expected);
      for (int i = 0; i < wanted.length; i++) {
        assertThat(found[i]).isCloseTo(wanted[i], within(0.25f));
      }
    }
  }

  private static Tensor gaussian(String name) {
    return Gaussian.of(Draws.of(1, name), SIDE, SIDE);
  }
}

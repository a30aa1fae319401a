package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;

class BlockTest {
  private static final Architecture SIZES = new Architecture(16, 2, 1, 2, 4, 8, 4, 10, 2, 0, 0);

  private record Owned(Block block, Parameters parameters) {}

  @Test
  void goesWithoutTheFusedKernelWhereThatIsSlow() {
    try (Scope scope = Scope.open()) {
      Tensor single = Tensors.of(new float[4], 1, 1, 2, 2);
      assertThat(Block.isSlowWhenFused(single)).isFalse();
      assertThat(Block.isSlowWhenFused(single.to(ScalarType.BFloat16))).isTrue();
    }
  }

  @Test
  void saysTheSameInBfloat16AsFarAsThatGoes() {
    Owned owned =
        Parameters.initialised(
            3,
            Initialisation.FAN_IN,
            Device.CPU,
            (source, owner) -> new Owned(new Block(source, SIZES), owner));
    try (Parameters parameters = owned.parameters();
        Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Draws draws = Draws.of(1, "states");
      float[] values = new float[2 * 5 * 16];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) draws.nextGaussian();
      }
      Tensor states = Tensors.of(values, 2, 5, 16);
      for (int[] lengths : new int[][] {{5, 5}, {5, 2}}) {
        Mask mask = Mask.prefix(lengths, 5, Device.CPU);
        float[] exact = run(owned.block(), states, mask, Precision.FP32);
        float[] rounded = run(owned.block(), states, mask, Precision.BF16);
        assertThat(rounded).isNotEqualTo(exact);
        for (int i = 0; i < exact.length; i++) {
          assertThat(rounded[i]).isCloseTo(exact[i], within(0.1f));
        }
      }
    }
  }

  private static float[] run(Block block, Tensor states, Mask mask, Precision precision) {
    try (Precision.Autocast cast = precision.begin(Device.CPU)) {
      return Tensors.floats(block.apply(states, mask, Mode.EVALUATION, 0).states());
    }
  }
}

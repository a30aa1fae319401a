package org.dide.model;

import static org.bytedeco.pytorch.global.torch.layer_norm;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * Normalisation of the last dimension.
 *
 * @param weight {@code (D)}
 * @param bias {@code (D)}
 * @param epsilon added to the variance
 */
record LayerNorm(Tensor weight, Tensor bias, double epsilon) {
  static LayerNorm of(ParameterSource source, String name, int width, double epsilon) {
    return new LayerNorm(
        source.parameter(name + ".weight", Initial.ONE, width),
        source.parameter(name + ".bias", Initial.ZERO, width),
        epsilon);
  }

  Tensor apply(Tensor x) {
    return layer_norm(
        x,
        new long[] {weight.size(0)},
        new TensorOptional(weight),
        new TensorOptional(bias),
        epsilon,
        true);
  }
}

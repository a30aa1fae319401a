package org.dide.model;

import static org.bytedeco.pytorch.global.torch.linear;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * An affine map of the last dimension.
 *
 * @param weight {@code (out, in)}
 * @param bias {@code (out)}
 */
record Linear(Tensor weight, Tensor bias) {
  static Linear of(ParameterSource source, String name, int in, int out) {
    return new Linear(
        source.parameter(name + ".weight", Initial.NORMAL, out, in),
        source.parameter(name + ".bias", Initial.ZERO, out));
  }

  Tensor apply(Tensor x) {
    return linear(x, weight, new TensorOptional(bias)); // (…, out)
  }
}

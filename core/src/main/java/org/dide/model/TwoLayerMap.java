package org.dide.model;

import static org.bytedeco.pytorch.global.torch.gelu;

import org.bytedeco.pytorch.Tensor;

/** Linear, layer norm, GELU, linear: the shape of every head and of the join. */
final class TwoLayerMap {
  private static final double EPSILON = 1e-5;

  private final Linear first;
  private final LayerNorm norm;
  private final Linear second;

  TwoLayerMap(ParameterSource source, String name, int in, int hidden, int out) {
    first = Linear.of(source, name + ".0", in, hidden);
    norm = LayerNorm.of(source, name + ".1", hidden, EPSILON);
    second = Linear.of(source, name + ".3", hidden, out);
  }

  Tensor apply(Tensor x) {
    return second.apply(gelu(norm.apply(first.apply(x)))); // (…, out)
  }
}

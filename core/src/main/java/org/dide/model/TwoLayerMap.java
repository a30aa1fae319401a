package org.dide.model;

import static org.bytedeco.pytorch.global.torch.gelu;

import org.bytedeco.pytorch.Tensor;

/**
 * Linear, layer norm, GELU, linear: the shape of every head and of the join.
 *
 * <p>Where the input is several vectors side by side, the first layer's product is a sum of one
 * product for each, so that what one vector adds can be computed, and stored, without the others.
 */
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
    return second.apply(hidden(first.apply(x))); // (…, out)
  }

  /**
   * What one of the vectors side by side adds to the first layer, the bias with the first of them.
   *
   * @param index of the vector
   * @param vector {@code (B, in / vectors)}
   * @return {@code (B, hidden)}
   */
  Tensor part(int index, Tensor vector) {
    return first.columns(index, vector.size(1)).applyByRow(vector);
  }

  /** The rest, from the sum of all parts {@code (B, hidden)} to {@code (B, out)}. */
  Tensor finish(Tensor sum) {
    return second.applyByRow(hidden(sum));
  }

  private Tensor hidden(Tensor sum) {
    return gelu(norm.apply(sum));
  }
}

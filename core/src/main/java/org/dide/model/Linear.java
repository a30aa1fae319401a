package org.dide.model;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * An affine map of the last dimension.
 *
 * @param weight {@code (out, in)}
 * @param bias {@code (out)}, if there is one
 */
record Linear(Matrix weight, Optional<Tensor> bias) {
  static Linear of(ParameterSource source, String name, int in, int out) {
    return new Linear(
        source.matrix(name + ".weight", out, in),
        Optional.of(source.parameter(name + ".bias", Initial.ZERO, out)));
  }

  Tensor apply(Tensor x) {
    return weight.times(x, bias);
  }

  /**
   * The same, but without gradients each vector's bits depend on that vector alone, on one kind of
   * processor.
   *
   * @param x {@code (…, in)}
   * @return {@code (…, out)}
   */
  Tensor applyByRow(Tensor x) {
    return weight.timesByRow(x, bias);
  }

  /** By row, except in training. */
  Tensor apply(Tensor x, Mode mode) {
    return mode.training() ? apply(x) : applyByRow(x);
  }

  /**
   * The part of the map that sees one stretch of its input; the bias goes with the first.
   *
   * @param index of the stretch
   * @param length of each
   */
  Linear columns(int index, long length) {
    return new Linear(weight.columns(index, length), index == 0 ? bias : Optional.empty());
  }
}

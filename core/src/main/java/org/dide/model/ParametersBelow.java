package org.dide.model;

import org.bytedeco.pytorch.Tensor;

/**
 * The parameters of a source whose names begin alike, by the rest of their names.
 *
 * @param all the source
 * @param prefix with the dot at its end
 */
record ParametersBelow(ParameterSource all, String prefix) implements ParameterSource {
  @Override
  public Tensor parameter(String name, Initial initial, long... shape) {
    return all.parameter(prefix + name, initial, shape);
  }

  @Override
  public Matrix matrix(String name, int out, int in) {
    return all.matrix(prefix + name, out, in);
  }
}

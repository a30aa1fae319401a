package org.dide.model;

import org.bytedeco.pytorch.Tensor;

/**
 * Where a model under construction gets its parameters from: freshly drawn, or from a file. A layer
 * asks for each by name and shape, so names and shapes stand in one place only, the layer.
 */
@FunctionalInterface
public interface ParameterSource {
  /**
   * The parameter of that name.
   *
   * @param name full name, such as {@code transformer.norm.weight}
   * @param initial how to draw it if it is to be made
   * @param shape the shape it must have
   */
  Tensor parameter(String name, Initial initial, long... shape);

  /**
   * The parameter of that name, as the matrix {@code (out, in)} of a linear map: as it is trained,
   * unless the source has another form of it.
   */
  default Matrix matrix(String name, int out, int in) {
    return new FullMatrix(parameter(name, Initial.NORMAL, out, in));
  }

  /** The same source for names below a prefix. */
  default ParameterSource at(String prefix) {
    return new ParametersBelow(this, prefix + ".");
  }
}

package org.dide.model;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** The matrix {@code (out, in)} of a linear map, in one of the forms that {@link Weights} names. */
public sealed interface Matrix permits FullMatrix, RoundedMatrix {
  /**
   * The product with each vector, and a bias added.
   *
   * @param vectors {@code (…, in)}
   * @param bias {@code (out)}, if there is one
   * @return {@code (…, out)}
   */
  Tensor times(Tensor vectors, Optional<Tensor> bias);

  /**
   * The same, but without gradients each vector's bits depend on that vector alone, on one kind of
   * processor ({@link org.dide.tensor.RowwiseProduct}).
   *
   * @param vectors {@code (…, in)}
   * @param bias {@code (out)}, if there is one
   * @return {@code (…, out)}
   */
  Tensor timesByRow(Tensor vectors, Optional<Tensor> bias);

  /**
   * The part that sees one stretch of the input.
   *
   * @param index of the stretch
   * @param length of each
   */
  Matrix columns(int index, long length);
}

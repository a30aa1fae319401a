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
   * The same, but each row's bits depend on that row alone, on one kind of processor.
   *
   * @param rows {@code (B, in)}
   * @param bias {@code (out)}, if there is one
   * @return {@code (B, out)}
   */
  Tensor timesByRow(Tensor rows, Optional<Tensor> bias);

  /**
   * The part that sees one stretch of the input.
   *
   * @param index of the stretch
   * @param length of each
   */
  Matrix columns(int index, long length);
}

package org.dide.model;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.linear;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * A matrix as it is trained.
 *
 * @param weight {@code (out, in)}
 */
record FullMatrix(Tensor weight) implements Matrix {
  /**
   * Up to so many products OpenBLAS multiplies matrices by kernels of its own for small ones
   * (measured for 0.3.31 with AVX512: exactly a million).
   */
  private static final long SMALL = 1 << 20;

  @Override
  public Tensor times(Tensor vectors, Optional<Tensor> bias) {
    return linear(vectors, weight, bias.map(TensorOptional::new).orElseGet(TensorOptional::new));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The engine multiplies small matrices by other kernels than large ones, which round
   * differently; few rows are therefore filled up until the product is large. Among large products
   * the number of rows changes no bit.
   */
  @Override
  public Tensor timesByRow(Tensor rows, Optional<Tensor> bias) {
    long least = leastRows(weight.numel());
    long found = rows.size(0);
    return found >= least
        ? times(rows, bias)
        : times(constant_pad_nd(rows, 0, 0, 0, least - found), bias).narrow(0, 0, found);
  }

  /** Rows from which on a product with so many weights is a large one. */
  static long leastRows(long weights) {
    return SMALL / weights + 1;
  }

  @Override
  public Matrix columns(int index, long length) {
    return new FullMatrix(weight.narrow(1, index * length, length)); // (out, length)
  }
}

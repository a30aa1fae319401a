package org.dide.model;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.linear;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * An affine map of the last dimension.
 *
 * @param weight {@code (out, in)}
 * @param bias {@code (out)}, if there is one
 */
record Linear(Tensor weight, Optional<Tensor> bias) {
  /**
   * Up to so many products OpenBLAS multiplies matrices by kernels of its own for small ones
   * (measured for 0.3.31 with AVX512: exactly a million).
   */
  private static final long SMALL = 1 << 20;

  static Linear of(ParameterSource source, String name, int in, int out) {
    return new Linear(
        source.parameter(name + ".weight", Initial.NORMAL, out, in),
        Optional.of(source.parameter(name + ".bias", Initial.ZERO, out)));
  }

  Tensor apply(Tensor x) {
    return linear(x, weight, bias.map(TensorOptional::new).orElseGet(TensorOptional::new));
  }

  /**
   * The same, but each row's bits depend on that row alone, on one kind of processor. The engine
   * multiplies small matrices by other kernels than large ones, which round differently; few rows
   * are therefore filled up until the product is large. Among large products the number of rows
   * changes no bit.
   *
   * @param rows {@code (B, in)}
   * @return {@code (B, out)}
   */
  Tensor applyByRow(Tensor rows) {
    long least = leastRows(weight.numel());
    long found = rows.size(0);
    return found >= least
        ? apply(rows)
        : apply(constant_pad_nd(rows, 0, 0, 0, least - found)).narrow(0, 0, found);
  }

  /** Rows from which on a product with so many weights is a large one. */
  static long leastRows(long weights) {
    return SMALL / weights + 1;
  }

  /**
   * The part of the map that sees one stretch of its input; the bias goes with the first.
   *
   * @param index of the stretch
   * @param length of each
   */
  Linear columns(int index, long length) {
    return new Linear(
        weight.narrow(1, index * length, length), // (out, length)
        index == 0 ? bias : Optional.empty());
  }
}

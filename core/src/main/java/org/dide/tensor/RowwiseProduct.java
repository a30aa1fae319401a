package org.dide.tensor;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.hasMKLDNN;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.mkldnn_linear;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Products of rows with a matrix, of which each row's bits depend on that row alone: not on how
 * many there are, nor on where among them it stands. So the answer about a stored picture is the
 * same alone and in company.
 *
 * <p>OpenBLAS computes them so with AVX512 if they are large enough. With AVX2 alone its kernels
 * add up in another order at the edges of blocks, wherever those lie; there oneDNN multiplies, a
 * stretch of columns at a time, which takes up to twice as long.
 */
public final class RowwiseProduct {
  /**
   * Up to so many products OpenBLAS multiplies matrices by kernels of its own for small ones
   * (measured for 0.3.31 with AVX512: exactly a million).
   */
  private static final long SMALL = 1 << 20;

  /** Columns that oneDNN adds up one after the other (measured with AVX2: 512 and fewer). */
  private static final long STRETCH = 512;

  private static final boolean BY_ONE_DNN = !hasAvx512() && hasMKLDNN();

  private RowwiseProduct() {}

  static boolean hasAvx512() {
    return Engine.cpuCapability().equals("AVX512");
  }

  /**
   * The product, as said above if it is computed on the processor, in float32 and without
   * gradients.
   *
   * @param vectors {@code (…, in)}, each a row
   * @param weight {@code (out, in)}
   * @param bias {@code (out)}, if there is one
   * @return {@code (…, out)}
   */
  public static Tensor of(Tensor vectors, Tensor weight, Optional<Tensor> bias) {
    return eachRow(vectors, rows -> ofRows(rows, weight, bias));
  }

  /** A product {@code (R, out)} of rows {@code (R, in)}, laid out as the vectors are. */
  static Tensor eachRow(Tensor vectors, UnaryOperator<Tensor> product) {
    if (vectors.dim() == 2) {
      return product.apply(vectors);
    }
    long[] leading = LongStream.range(0, vectors.dim() - 1).map(vectors::size).toArray();
    return product.apply(vectors.flatten(0, -2)).unflatten(0, leading); // (…, out)
  }

  /** A product of rows filled up by zeros until they are that many: {@code (R, out)}. */
  static Tensor filledUp(Tensor rows, long least, UnaryOperator<Tensor> product) {
    long found = rows.size(0);
    return found >= least
        ? product.apply(rows)
        : product.apply(constant_pad_nd(rows, 0, 0, 0, least - found)).narrow(0, 0, found);
  }

  private static Tensor ofRows(Tensor rows, Tensor weight, Optional<Tensor> bias) {
    return BY_ONE_DNN && rows.size(0) > 0 && isPlain(rows) && isPlain(weight)
        ? byOneDnn(rows, weight, bias)
        : byBlas(rows, weight, bias);
  }

  private static boolean isPlain(Tensor tensor) {
    return tensor.is_cpu()
        && tensor.scalar_type().intern() == ScalarType.Float
        && !(GradMode.is_enabled() && tensor.requires_grad());
  }

  /** Few rows are filled up until the product is large. */
  private static Tensor byBlas(Tensor rows, Tensor weight, Optional<Tensor> bias) {
    TensorOptional added = bias.map(TensorOptional::new).orElseGet(TensorOptional::new);
    return filledUp(rows, SMALL / weight.numel() + 1, filled -> linear(filled, weight, added));
  }

  private static Tensor byOneDnn(Tensor rows, Tensor weight, Optional<Tensor> bias) {
    long columns = weight.size(1);
    Tensor sum = byOneDnn(rows, weight, 0, Math.min(STRETCH, columns));
    for (long from = STRETCH; from < columns; from += STRETCH) {
      sum.add_(byOneDnn(rows, weight, from, Math.min(STRETCH, columns - from)));
    }
    return bias.map(sum::add_).orElse(sum); // (R, out)
  }

  /** Over one stretch of columns: {@code (R, out)}. */
  private static Tensor byOneDnn(Tensor rows, Tensor weight, long from, long length) {
    Tensor some = rows.narrow(1, from, length).contiguous(); // (R, length)
    return mkldnn_linear(some.to_mkldnn(), weight.narrow(1, from, length).contiguous()).to_dense();
  }
}

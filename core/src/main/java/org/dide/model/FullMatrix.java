package org.dide.model;

import static org.bytedeco.pytorch.global.torch.linear;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.dide.tensor.RowwiseProduct;

/**
 * A matrix as it is trained.
 *
 * @param weight {@code (out, in)}
 */
record FullMatrix(Tensor weight) implements Matrix {
  @Override
  public Tensor times(Tensor vectors, Optional<Tensor> bias) {
    return linear(vectors, weight, bias.map(TensorOptional::new).orElseGet(TensorOptional::new));
  }

  @Override
  public Tensor timesByRow(Tensor vectors, Optional<Tensor> bias) {
    return RowwiseProduct.of(vectors, weight, bias);
  }

  @Override
  public Matrix columns(int index, long length) {
    return new FullMatrix(weight.narrow(1, index * length, length)); // (out, length)
  }
}

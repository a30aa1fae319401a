package org.dide.model;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.tensor.HalfMatrix;

/**
 * A matrix in float16, or a stretch of its columns, which is not laid out once more: what it
 * multiplies is filled up with zeros.
 *
 * @param whole whose products of each row do not depend on company
 * @param in columns of the whole
 * @param before columns of the whole that come before the stretch
 */
record RoundedMatrix(HalfMatrix whole, long in, long before) implements Matrix {
  @Override
  public Tensor times(Tensor vectors, Optional<Tensor> bias) {
    Tensor product = whole.times(filled(vectors));
    return bias.map(product::add_).orElse(product);
  }

  private Tensor filled(Tensor vectors) {
    long length = vectors.size(-1);
    return length == in
        ? vectors
        : constant_pad_nd(vectors, before, in - before - length); // (…, in)
  }

  @Override
  public Tensor timesByRow(Tensor vectors, Optional<Tensor> bias) {
    return times(vectors, bias);
  }

  @Override
  public Matrix columns(int index, long length) {
    return new RoundedMatrix(whole, in, before + index * length);
  }
}

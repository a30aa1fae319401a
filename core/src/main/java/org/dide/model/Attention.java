package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * What one block's self-attention asked and offered, before scaling.
 *
 * @param queries {@code (B, H, T, Dh)}
 * @param keys {@code (B, H, T, Dh)}
 */
public record Attention(Tensor queries, Tensor keys) {
  /** The part of a stretch of tokens. */
  public Attention tokens(long from, long count) {
    return new Attention(
        queries.narrow(2, from, count), keys.narrow(2, from, count)); // (B, H, count, Dh)
  }

  /** That of these tokens followed by others. */
  public Attention then(Attention next) {
    return new Attention(
        cat(new TensorVector(queries, next.queries), 2), // (B, H, T + T', Dh)
        cat(new TensorVector(keys, next.keys), 2)); // (B, H, T + T', Dh)
  }
}

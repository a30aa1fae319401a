package org.dide.model;

import org.bytedeco.pytorch.Tensor;

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
}

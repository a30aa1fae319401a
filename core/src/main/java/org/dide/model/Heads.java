package org.dide.model;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** States as the heads of an attention see them. */
final class Heads {
  private Heads() {}

  /** {@code (B, T, D)} to {@code (B, H, T, Dh)}. */
  static Tensor split(Tensor states, int heads) {
    return states
        .view(states.size(0), states.size(1), heads, states.size(2) / heads) // (B, T, H, Dh)
        .transpose(1, 2); // (B, H, T, Dh)
  }

  /** {@code (B, H, T, Dh)} to {@code (B, T, D)}. */
  static Tensor joined(Tensor split) {
    return split
        .transpose(1, 2) // (B, T, H, Dh)
        .reshape(split.size(0), split.size(2), split.size(1) * split.size(3)); // (B, T, D)
  }

  /** Scaled scores {@code (B, H, Q, K)}, minus infinity on keys that are padding. */
  static Tensor scores(Tensor queries, Tensor keys, Mask mask) {
    double scale = 1 / Math.sqrt((double) queries.size(3));
    Tensor scores = product(queries.mul(new Scalar(scale)), keys.transpose(2, 3)); // (B, H, Q, K)
    return mask.full()
        ? scores
        : scores.masked_fill(mask.keys().logical_not(), new Scalar(Double.NEGATIVE_INFINITY));
  }

  /**
   * Of each head {@code (B, H, Q, N)} with its own {@code (B, H, N, M)}, an example's bits the same
   * alone and in company: the engine copies heads of several examples but takes those of a single
   * one as they lie, for which there may be another kernel.
   */
  static Tensor product(Tensor heads, Tensor others) {
    return heads.contiguous().matmul(others.contiguous()); // (B, H, Q, M)
  }
}

package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What an encoder computed.
 *
 * @param states {@code (B, T, D)}, after the final norm
 * @param pooled {@code (B, D)}, tanh of a linear map of the first token's state
 * @param mask which tokens are real
 * @param attention queries and keys of the blocks that {@link Mode#layers} asks for, in its order
 */
public record Encoded(Tensor states, Tensor pooled, Mask mask, List<Attention> attention) {
  /** Keeps an unmodifiable copy of the list. */
  public Encoded {
    attention = List.copyOf(attention);
  }

  /** A stretch of the batch. */
  Encoded rows(long from, long count) {
    List<Attention> part =
        attention.stream()
            .map(
                all ->
                    new Attention(
                        all.queries().narrow(0, from, count), all.keys().narrow(0, from, count)))
            .toList(); // (count, H, T, Dh)
    return new Encoded(
        states.narrow(0, from, count), // (count, T, D)
        pooled.narrow(0, from, count), // (count, D)
        new Mask(mask.real().narrow(0, from, count), mask.full()), // (count, T)
        part);
  }
}

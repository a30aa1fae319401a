package org.dide.model;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.dide.tensor.Device;

/**
 * What an encoder computed.
 *
 * @param states {@code (B, T, D)}, after the final norm
 * @param pooled {@code (B, D)}, tanh of a linear map of the first token's state
 * @param mask which tokens are real
 * @param attention queries and keys of the blocks that {@link Mode#layers} asks for, in its order
 * @param places of a picture's states {@code (B, T, 2)}, see {@link PatchPlan#places}, where they
 *     are pooled by them
 */
public record Encoded(
    Tensor states, Tensor pooled, Mask mask, List<Attention> attention, Optional<Tensor> places) {
  /** Keeps an unmodifiable copy of the list. */
  public Encoded {
    attention = List.copyOf(attention);
  }

  /** Without places. */
  public Encoded(Tensor states, Tensor pooled, Mask mask, List<Attention> attention) {
    this(states, pooled, mask, attention, Optional.empty());
  }

  /** The same, of a picture whose states have places {@code (B, T, 2)}. */
  Encoded in(Tensor where) {
    return new Encoded(states, pooled, mask, attention, Optional.of(where));
  }

  /** The same of other rows, which an operation along the batch takes from each tensor. */
  Encoded rows(UnaryOperator<Tensor> taken) {
    return new Encoded(
        taken.apply(states), // (B', T, D)
        taken.apply(pooled), // (B', D)
        mask.rows(taken), // (B', T)
        attention.stream()
            .map(of -> new Attention(taken.apply(of.queries()), taken.apply(of.keys())))
            .toList(), // (B', H, T, Dh)
        places.map(taken)); // (B', T, 2)
  }

  /** So many rows, by their numbers. */
  Encoded rows(int[] numbers) {
    if (Rows.areInPlace(numbers, pooled.size(0))) {
      return this;
    }
    Tensor index = Rows.index(numbers, Device.of(pooled)); // (B')
    return rows(all -> all.index_select(0, index));
  }
}

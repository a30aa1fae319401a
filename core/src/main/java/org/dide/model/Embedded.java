package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.roll;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.tensor.Device;

/**
 * Texts or pictures as tokens that can enter a transformer.
 *
 * @param states {@code (B, T, D)}
 * @param mask {@code (B, T)}, true on real tokens
 */
record Embedded(Tensor states, Mask mask) {
  /** The same of other rows, which an operation along the batch takes from each tensor. */
  Embedded rows(UnaryOperator<Tensor> taken) {
    return new Embedded(taken.apply(states), mask.rows(taken)); // (B', T, D)
  }

  /** So many rows, by their numbers. */
  Embedded rows(int[] numbers) {
    if (Rows.areInPlace(numbers, states.size(0))) {
      return this;
    }
    Tensor index = Rows.index(numbers, Device.of(states)); // (B')
    return rows(all -> all.index_select(0, index));
  }

  /** The same, row i being what row i + offset was, around the end. */
  Embedded shifted(int offset) {
    return offset == 0 ? this : rows(all -> roll(all, new long[] {-offset}, 0));
  }

  /** The one row, so many times. */
  Embedded repeated(long times) {
    return new Embedded(
        states.expand(times, -1, -1), // (times, T, D)
        new Mask(mask.real().expand(times, -1), mask.full())); // (times, T)
  }

  /** The rows of all of them, which must have equally many tokens, in order. */
  static Embedded stacked(List<Embedded> parts) {
    Tensor[] states = parts.stream().map(Embedded::states).toArray(Tensor[]::new);
    Tensor[] real = parts.stream().map(part -> part.mask().real()).toArray(Tensor[]::new);
    boolean full = parts.stream().allMatch(part -> part.mask().full());
    return new Embedded(
        cat(new TensorVector(states), 0), // (sum of B, T, D)
        new Mask(cat(new TensorVector(real), 0), full)); // (sum of B, T)
  }
}

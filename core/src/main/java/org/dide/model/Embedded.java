package org.dide.model;

import static org.bytedeco.pytorch.global.torch.roll;

import org.bytedeco.pytorch.Tensor;

/**
 * Texts or pictures as tokens that can enter a transformer.
 *
 * @param states {@code (B, T, D)}
 * @param mask {@code (B, T)}, true on real tokens
 */
record Embedded(Tensor states, Mask mask) {
  /** The same, row i being what row i + offset was, around the end. */
  Embedded shifted(int offset) {
    return offset == 0
        ? this
        : new Embedded(rolled(states, offset), new Mask(rolled(mask.real(), offset), mask.full()));
  }

  /** The one row, so many times. */
  Embedded repeated(long times) {
    return new Embedded(
        states.expand(times, -1, -1), // (times, T, D)
        new Mask(mask.real().expand(times, -1), mask.full())); // (times, T)
  }

  private static Tensor rolled(Tensor rows, int offset) {
    return roll(rows, new long[] {-offset}, 0);
  }
}

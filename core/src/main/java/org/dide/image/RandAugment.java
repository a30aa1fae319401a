package org.dide.image;

import org.dide.random.Draws;

/**
 * RandAugment (Cubuk et al. 2020) as ViLT fine-tunes with it: a fixed number of operations, each
 * drawn from all of {@link AugmentOperation} with replacement, all at one magnitude.
 *
 * @param operations how many operations a picture goes through
 * @param magnitude strength, 0 to 30
 */
public record RandAugment(int operations, int magnitude) {
  private static final double FLIP_PROBABILITY = 0.5;

  /** Checks the ranges. */
  public RandAugment {
    if (operations < 0 || magnitude < 0 || magnitude > AugmentOperation.MOST_MAGNITUDE) {
      throw new IllegalArgumentException(
          "operations must be at least 0 and the magnitude 0 to %d; found %d and %d"
              .formatted(AugmentOperation.MOST_MAGNITUDE, operations, magnitude));
    }
  }

  /** Two operations at magnitude 9, as published. */
  public static RandAugment defaults() {
    return new RandAugment(2, 9);
  }

  /** The picture after its operations. */
  public RgbImage apply(RgbImage image, Draws draws) {
    AugmentOperation[] all = AugmentOperation.values();
    RgbImage augmented = image;
    for (int i = 0; i < operations; i++) {
      AugmentOperation operation = all[draws.nextInt(all.length)];
      double value = operation.value(magnitude);
      boolean flipped = operation.signed() && draws.nextBoolean(FLIP_PROBABILITY);
      augmented = operation.apply(augmented, flipped ? -value : value);
    }
    return augmented;
  }
}

package org.dide.image;

import org.dide.random.Draws;

/** A change by chance that a training picture survives with its answers intact. */
@FunctionalInterface
public interface Augmentation {
  /** Leaves pictures as they are. */
  Augmentation NONE = (image, draws) -> image;

  /** The changed picture; a function of the picture and the draws only. */
  RgbImage apply(RgbImage image, Draws draws);

  /** This change followed by another. */
  default Augmentation then(Augmentation next) {
    return (image, draws) -> next.apply(apply(image, draws), draws);
  }
}

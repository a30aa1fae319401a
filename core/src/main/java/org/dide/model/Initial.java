package org.dide.model;

import org.dide.random.Draws;

/** How the values of a fresh parameter are drawn. */
@FunctionalInterface
public interface Initial {
  /** Normal, standard deviation 0.02: BERT's and ViT's rule. */
  Initial NORMAL = normal(0.02);

  /** The same, for what tells patches where they are. */
  Initial PLACE = normal(0.02);

  /** All 0. */
  Initial ZERO = draws -> 0;

  /** All 1. */
  Initial ONE = draws -> 1;

  /** Normal around 0. */
  static Initial normal(double deviation) {
    return draws -> (float) (deviation * draws.nextGaussian());
  }

  /** Uniform within ±1/√fan-in, PyTorch's default for convolutions, which ViT's patches keep. */
  static Initial convolution(long fanIn) {
    return draws -> (float) ((2 * draws.nextDouble() - 1) / Math.sqrt((double) fanIn));
  }

  /** The next value. */
  float draw(Draws draws);
}

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
  Initial ZERO = each(draws -> 0);

  /** All 1. */
  Initial ONE = each(draws -> 1);

  /** One value, drawn whatever its place. */
  @FunctionalInterface
  interface Value {
    /** The next one. */
    float draw(Draws draws);
  }

  /** Every value alike. */
  static Initial each(Value value) {
    return (draws, values, shape) -> {
      for (int i = 0; i < values.length; i++) {
        values[i] = value.draw(draws);
      }
    };
  }

  /** Normal around 0. */
  static Initial normal(double deviation) {
    return each(draws -> (float) (deviation * draws.nextGaussian()));
  }

  /** Uniform within ±1/√fan-in, PyTorch's default for convolutions, which ViT's patches keep. */
  static Initial convolution(long fanIn) {
    return each(draws -> (float) ((2 * draws.nextDouble() - 1) / Math.sqrt((double) fanIn)));
  }

  /**
   * Places {@code (1, 1+G*G, D)} of a grid: each cell's vector is the sum of one for its row and
   * one for its column, so that "the cell to the left" is the same step everywhere. The first
   * vector, [CLS]'s, is drawn by itself. Normal around 0.
   */
  static Initial grid(double deviation) {
    return (draws, values, shape) -> {
      int width = (int) shape[2];
      int side = (int) Math.round(Math.sqrt((double) (shape[1] - 1)));
      float[] rows = new float[side * width];
      float[] columns = new float[side * width];
      normal(deviation * Math.sqrt(0.5)).fill(draws, rows, side, width);
      normal(deviation * Math.sqrt(0.5)).fill(draws, columns, side, width);
      for (int i = 0; i < width; i++) {
        values[i] = (float) (deviation * draws.nextGaussian());
      }
      for (int cell = 0; cell < side * side; cell++) {
        for (int i = 0; i < width; i++) {
          values[(1 + cell) * width + i] =
              rows[cell / side * width + i] + columns[cell % side * width + i];
        }
      }
    };
  }

  /** Draws all values of a parameter of that shape, in reading order. */
  void fill(Draws draws, float[] values, long... shape);
}

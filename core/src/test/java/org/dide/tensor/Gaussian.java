package org.dide.tensor;

import org.bytedeco.pytorch.Tensor;
import org.dide.random.Draws;

/** Tensors whose numbers are drawn from the standard normal distribution. */
public final class Gaussian {
  private Gaussian() {}

  /** A tensor of that shape, drawn in the order it is laid out. */
  public static Tensor of(Draws draws, long... shape) {
    int count = 1;
    for (long side : shape) {
      count *= (int) side;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) draws.nextGaussian();
    }
    return Tensors.of(values, shape);
  }
}

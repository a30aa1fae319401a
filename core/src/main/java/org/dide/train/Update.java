package org.dide.train;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The arithmetic of one update, over arrays (CPU) and over tensors (GPU). Decays are subtracted as
 * {@code p - d * p}, not multiplied as {@code (1 - d) * p}: at a rate of 1e-4 the float nearest to
 * {@code 1 - d} is off by several percent of {@code d}.
 */
sealed interface Update {
  /** Updates the first {@code size} elements in place. */
  void apply(float[] parameter, float[] gradient, float[] mean, float[] square, int size);

  /** Updates the whole tensors in place; the gradient stays as it is. */
  void apply(Tensor parameter, Tensor gradient, Tensor mean, Tensor square);

  /**
   * Adam and its relatives.
   *
   * @param decayBefore fraction of the parameter subtracted before the update
   * @param coupledDecay weight of the parameter in its gradient
   * @param size step along {@code mean / (scale * sqrt(square) + epsilon)}
   * @param decayAfter fraction of the parameter subtracted after the update
   */
  record Adaptive(
      double beta1,
      double beta2,
      double decayBefore,
      double coupledDecay,
      double size,
      double scale,
      double epsilon,
      double decayAfter)
      implements Update {

    @Override
    public void apply(float[] parameter, float[] gradient, float[] mean, float[] square, int size) {
      float keep1 = (float) beta1;
      float take1 = (float) (1 - beta1);
      float keep2 = (float) beta2;
      float take2 = (float) (1 - beta2);
      float before = (float) decayBefore;
      float coupled = (float) coupledDecay;
      float step = (float) this.size;
      float root = (float) scale;
      float floor = (float) epsilon;
      float after = (float) decayAfter;
      for (int i = 0; i < size; i++) {
        float p = parameter[i] - before * parameter[i];
        float g = gradient[i] + coupled * p;
        float m = keep1 * mean[i] + take1 * g;
        float v = keep2 * square[i] + take2 * (g * g);
        p -= step * m / (root * (float) Math.sqrt(v) + floor);
        parameter[i] = p - after * p;
        mean[i] = m;
        square[i] = v;
      }
    }

    @Override
    public void apply(Tensor parameter, Tensor gradient, Tensor mean, Tensor square) {
      subtract(parameter, decayBefore);
      Tensor g = coupledDecay == 0 ? gradient : gradient.add(parameter, new Scalar(coupledDecay));
      mean.mul_(new Scalar(beta1)).add_(g, new Scalar(1 - beta1));
      square.mul_(new Scalar(beta2)).addcmul_(g, g, new Scalar(1 - beta2));
      Tensor root = square.sqrt().mul_(new Scalar(scale)).add_(new Scalar(epsilon));
      parameter.addcdiv_(mean, root, new Scalar(-size));
      subtract(parameter, decayAfter);
    }

    private static void subtract(Tensor parameter, double fraction) {
      if (fraction != 0) {
        parameter.sub_(parameter, new Scalar(fraction));
      }
    }
  }

  /** Gradient descent with momentum; {@code square} is not touched and may be empty. */
  record Momentum(double momentum, double coupledDecay, double rate) implements Update {
    @Override
    public void apply(float[] parameter, float[] gradient, float[] mean, float[] square, int size) {
      float keep = (float) momentum;
      float coupled = (float) coupledDecay;
      float step = (float) rate;
      for (int i = 0; i < size; i++) {
        float m = keep * mean[i] + (gradient[i] + coupled * parameter[i]);
        mean[i] = m;
        parameter[i] -= step * m;
      }
    }

    @Override
    public void apply(Tensor parameter, Tensor gradient, Tensor mean, Tensor square) {
      mean.mul_(new Scalar(momentum)).add_(gradient).add_(parameter, new Scalar(coupledDecay));
      parameter.sub_(mean, new Scalar(rate));
    }
  }
}

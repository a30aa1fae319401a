package org.dide.train;

/**
 * How a gradient moves a parameter: one record for each optimiser. Each gives the {@link Update} of
 * one step.
 */
public sealed interface UpdateRule {
  /**
   * The update of one parameter.
   *
   * @param rate learning rate of this step
   * @param decay weight decay
   * @param count how many updates this parameter will have had after this one, 1 or more
   */
  Update update(double rate, double decay, long count);

  /** Whether the mean of squared gradients is kept, beside the mean of gradients. */
  default boolean isAdaptive() {
    return true;
  }

  /** The rule that the settings name. */
  static UpdateRule of(OptimizerSettings settings) {
    double beta1 = settings.beta1();
    double beta2 = settings.beta2();
    double epsilon = settings.epsilon();
    return switch (settings.name()) {
      case "adamw" -> new AdamW(beta1, beta2, epsilon);
      case "adamw-torch" -> new AdamWTorch(beta1, beta2, epsilon);
      case "adam" -> new Adam(beta1, beta2, epsilon);
      case "sgd" -> new Sgd(beta1);
      default -> throw new IllegalStateException("settings let through " + settings.name());
    };
  }

  /**
   * AdamW as transformers 4.8.1 defines it and the published trainings use it: epsilon is added
   * before bias correction, and the decay acts on the parameter already updated.
   */
  record AdamW(double beta1, double beta2, double epsilon) implements UpdateRule {
    @Override
    public Update update(double rate, double decay, long count) {
      double size = rate * Math.sqrt(unbias(beta2, count)) / unbias(beta1, count);
      return new Update.Adaptive(beta1, beta2, 0, 0, size, 1, epsilon, rate * decay);
    }
  }

  /** AdamW as Loshchilov and Hutter (ICLR 2019) and PyTorch define it. */
  record AdamWTorch(double beta1, double beta2, double epsilon) implements UpdateRule {
    @Override
    public Update update(double rate, double decay, long count) {
      double scale = 1 / Math.sqrt(unbias(beta2, count));
      double size = rate / unbias(beta1, count);
      return new Update.Adaptive(beta1, beta2, rate * decay, 0, size, scale, epsilon, 0);
    }
  }

  /** Adam (Kingma and Ba, ICLR 2015); weight decay is added to the gradient. */
  record Adam(double beta1, double beta2, double epsilon) implements UpdateRule {
    @Override
    public Update update(double rate, double decay, long count) {
      double scale = 1 / Math.sqrt(unbias(beta2, count));
      double size = rate / unbias(beta1, count);
      return new Update.Adaptive(beta1, beta2, 0, decay, size, scale, epsilon, 0);
    }
  }

  /** Stochastic gradient descent with momentum; weight decay is added to the gradient. */
  record Sgd(double momentum) implements UpdateRule {
    @Override
    public Update update(double rate, double decay, long count) {
      return new Update.Momentum(momentum, decay, rate);
    }

    @Override
    public boolean isAdaptive() {
      return false;
    }
  }

  // StrictMath: the same steps on every machine.
  private static double unbias(double beta, long count) {
    return 1 - StrictMath.pow(beta, (double) count);
  }
}

package org.dide.train;

import java.util.List;
import org.dide.InputException;

/**
 * Which optimiser, and how it is set.
 *
 * @param name {@code adamw}, {@code adamw-torch}, {@code adam} or {@code sgd}; see {@link
 *     UpdateRule}
 * @param rate base learning rate
 * @param weightDecay of every parameter but biases and normalisations
 * @param headMultiplier how many times faster the head learns than the body
 * @param beta1 memory of the mean gradient; SGD's momentum
 * @param beta2 memory of the mean squared gradient
 * @param epsilon keeps the denominator above 0
 */
public record OptimizerSettings(
    String name,
    double rate,
    double weightDecay,
    double headMultiplier,
    double beta1,
    double beta2,
    double epsilon) {

  /** The names of the optimisers. */
  public static final List<String> NAMES = List.of("adamw", "adamw-torch", "adam", "sgd");

  /** Refuses what cannot train, naming it. */
  public OptimizerSettings {
    if (!NAMES.contains(name)) {
      throw new InputException(
          "optimizer: name: found '%s', allowed are %s".formatted(name, String.join(", ", NAMES)));
    }
    require(rate >= 0 && Double.isFinite(rate), "rate", rate, "0 or more");
    require(
        weightDecay >= 0 && Double.isFinite(weightDecay), "weight-decay", weightDecay, "0 or more");
    require(
        headMultiplier >= 0 && Double.isFinite(headMultiplier),
        "head-multiplier",
        headMultiplier,
        "0 or more");
    require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "at least 0 and below 1");
    require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "at least 0 and below 1");
    require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon, "above 0");
  }

  /**
   * With the betas and epsilon the published trainings use for that optimiser: 0.9, 0.98 and 1e-8;
   * Adam keeps PyTorch's default of 0.999.
   */
  public static OptimizerSettings of(
      String name, double rate, double weightDecay, double headMultiplier) {
    double beta2 = name.equals("adam") ? 0.999 : 0.98;
    return new OptimizerSettings(name, rate, weightDecay, headMultiplier, 0.9, beta2, 1e-8);
  }

  private static void require(boolean holds, String field, double found, String allowed) {
    if (!holds) {
      throw new InputException(
          "optimizer: %s: found %s, allowed is %s".formatted(field, found, allowed));
    }
  }
}

package org.dide.verify;

/**
 * One quantity of a case, compared.
 *
 * @param name such as {@code vqa_logits} or {@code gradient of fusion.0.bias}
 * @param error the largest difference in absolute value, or how many elements differ where equality
 *     is asked for; infinite if it cannot be told
 * @param bound the largest error allowed
 * @param passed whether the error is within the bound; never within an infinite one
 */
public record Quantity(String name, double error, double bound, boolean passed) {
  /** A quantity whose error was measured. */
  public static Quantity of(String name, double error, double bound) {
    return new Quantity(
        name, error, bound, error <= bound && Double.isFinite(bound)); // false on NaN
  }

  /** How much of the bound the error takes up; above 1 if it failed. */
  public double share() {
    if (bound == 0) {
      return error == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / bound;
  }
}

package org.dide.report;

import java.util.Collection;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Where values lie.
 *
 * @param mean of all
 * @param deviation the sample standard deviation, which one value alone does not have
 */
public record Spread(double mean, OptionalDouble deviation) {
  /**
   * The spread of some values.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Spread of(Collection<Double> values) {
    int count = values.size();
    double mean =
        values.stream()
            .mapToDouble(Double::doubleValue)
            .average()
            .orElseThrow(() -> new IllegalArgumentException("no values"));
    if (count == 1) {
      return new Spread(mean, OptionalDouble.empty());
    }
    double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    return new Spread(mean, OptionalDouble.of(Math.sqrt(squares / (count - 1))));
  }

  /** As it is to be read: {@code 0.5610 ± 0.0050}. */
  public String shown() {
    return shown("%.4f");
  }

  /** The same of a difference, with its sign: {@code +0.0420 ± 0.0090}. */
  public String shownSigned() {
    return shown("%+.4f");
  }

  private String shown(String format) {
    String number = String.format(Locale.ROOT, format, mean);
    return deviation.isPresent()
        ? number + String.format(Locale.ROOT, " ± %.4f", deviation.getAsDouble())
        : number;
  }

  /** The least that the mean less its deviation reaches. */
  double low() {
    return mean - deviation.orElse(0);
  }

  /** The most that the mean and its deviation reach. */
  double high() {
    return mean + deviation.orElse(0);
  }
}

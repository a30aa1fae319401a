package org.dide.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers as pages show them, the same in every country. */
final class Numbers {
  private static final int DIGITS = 4;

  private Numbers() {}

  /** A place in a drawing, to a hundredth. */
  static String coordinate(double value) {
    return trimmed(String.format(Locale.ROOT, "%.2f", value));
  }

  /** A value to four digits, without needless zeros: {@code 0.5}, {@code 12000}, {@code 3e-4}. */
  static String shown(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size < 1e-3 || size >= 1e7) {
      String[] parts = String.format(Locale.ROOT, "%.2e", value).split("e", 2);
      return trimmed(parts[0]) + "e" + Integer.parseInt(parts[1]);
    }
    int whole = (int) Math.floor(Math.log10(size)) + 1;
    return trimmed(String.format(Locale.ROOT, "%." + Math.max(0, DIGITS - whole) + "f", value));
  }

  /** A count, in groups of three digits. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A fraction as a percentage with one decimal. */
  static String percent(double fraction) {
    return Double.isFinite(fraction) ? String.format(Locale.ROOT, "%.1f %%", 100 * fraction) : "–";
  }

  /**
   * Round numbers inside a range: multiples of 1, 2 or 5 times a power of ten.
   *
   * @param most steps from one to the next, at most
   */
  static List<Double> ticks(double low, double high, int most) {
    double rough = (high - low) / most;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power;
    for (double factor : new double[] {1, 2, 5, 10}) {
      step = factor * power;
      if ((high - low) / step <= most) {
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(low / step - 1e-9);
    for (long i = first; i * step <= high + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private static String trimmed(String number) {
    return number.contains(".") ? number.replaceFirst("\\.?0+$", "") : number;
  }
}

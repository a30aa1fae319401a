package org.dide.train;

import java.util.Arrays;
import java.util.Locale;
import org.dide.InputException;

/**
 * How the learning rate rises and falls.
 *
 * @param warmup steps over which it rises from 0; below 1, a fraction of all steps
 * @param decay how it falls afterwards
 * @param power the exponent of {@link Decay#POWER}; 1 for the others
 * @param endRate the learning rate at the last step, 0 for {@link Decay#COSINE}
 */
public record ScheduleSettings(double warmup, Decay decay, double power, double endRate) {
  /** The published setting: a tenth of the steps up, then straight down to 0. */
  public static final ScheduleSettings DEFAULT = new ScheduleSettings(0.1, Decay.LINEAR, 1, 0);

  /** Refuses impossible combinations, naming them. */
  public ScheduleSettings {
    require(
        Double.isFinite(warmup) && warmup >= 0 && (warmup < 1 || warmup == Math.rint(warmup)),
        "warmup",
        warmup,
        "a whole number of steps or a fraction from 0 to below 1");
    require(power > 0 && Double.isFinite(power), "power", power, "above 0");
    require(decay == Decay.POWER || power == 1, "power", power, "1 unless decay is power");
    require(endRate >= 0 && Double.isFinite(endRate), "end-rate", endRate, "0 or more");
    require(decay != Decay.COSINE || endRate == 0, "end-rate", endRate, "0 where decay is cosine");
  }

  /** How the learning rate falls after the warm-up. */
  public enum Decay {
    /** In a straight line. */
    LINEAR,
    /** As a power of the fraction of steps that remain. */
    POWER,
    /** Along half a period of a cosine. */
    COSINE;

    /**
     * The decay of that name.
     *
     * @throws InputException if there is none
     */
    public static Decay of(String name) {
      return Arrays.stream(values())
          .filter(decay -> decay.toString().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new InputException(
                      "schedule: decay: found '%s', allowed are linear, power, cosine"
                          .formatted(name)));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static void require(boolean holds, String field, double found, String allowed) {
    if (!holds) {
      throw new InputException(
          "schedule: %s: found %s, allowed is %s".formatted(field, found, allowed));
    }
  }
}

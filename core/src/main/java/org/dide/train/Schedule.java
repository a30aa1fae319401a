package org.dide.train;

import org.dide.InputException;
import org.dide.train.ScheduleSettings.Decay;

/**
 * The learning rate at each step, as a multiple of the base rate.
 *
 * <p>The first step is number 0 and, where there is a warm-up, has rate 0, as in the published
 * trainings (transformers' schedules, which step after the optimiser does).
 *
 * @param warmupSteps steps of linear rise
 * @param totalSteps the step at which the decay has reached its end
 * @param power exponent of the decay; ignored by the cosine
 * @param cosine whether the decay is a cosine rather than a power
 * @param endFraction the multiple at the end and from there on
 */
public record Schedule(
    long warmupSteps, long totalSteps, double power, boolean cosine, double endFraction) {

  /** Refuses impossible combinations. */
  public Schedule {
    if (totalSteps < 1 || warmupSteps < 0 || endFraction < 0 || endFraction > 1) {
      throw new InputException(
          ("schedule: found %d steps with %d of warm-up, ending at %s of the rate; allowed are at"
                  + " least 1 step, no negative warm-up and an end from 0 to 1")
              .formatted(totalSteps, warmupSteps, endFraction));
    }
  }

  /**
   * The schedule of a training.
   *
   * @param totalSteps optimiser steps in all
   * @param rate the base learning rate
   */
  public static Schedule of(ScheduleSettings settings, long totalSteps, double rate) {
    double warmup = settings.warmup() < 1 ? totalSteps * settings.warmup() : settings.warmup();
    return new Schedule(
        (long) warmup,
        totalSteps,
        settings.power(),
        settings.decay() == Decay.COSINE,
        settings.endRate() == 0 ? 0 : settings.endRate() / rate);
  }

  /** Optimiser steps of so many epochs; batches left over at the very end make no step. */
  public static long totalSteps(long batchesPerEpoch, int epochs, int accumulate) {
    return batchesPerEpoch * epochs / accumulate;
  }

  /** What to multiply each base rate with at this step, counted from 0. */
  public double multiplier(long step) {
    if (step < warmupSteps) {
      return (double) step / Math.max(1, warmupSteps);
    }
    if (step > totalSteps) {
      return endFraction;
    }
    double done = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    return cosine
        ? 0.5 * (1 + StrictMath.cos(Math.PI * done))
        : (1 - endFraction) * StrictMath.pow(1 - done, power) + endFraction;
  }
}

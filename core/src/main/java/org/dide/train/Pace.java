package org.dide.train;

import java.time.Duration;

/** How fast a training goes of late. */
final class Pace {
  private static final double MEMORY = 0.95;

  private long last = System.nanoTime();
  private double secondsPerStep;
  private int examplesPerStep;

  /** A step is done. */
  void step(int examples) {
    long now = System.nanoTime();
    double seconds = (now - last) / 1e9;
    secondsPerStep =
        secondsPerStep == 0 ? seconds : MEMORY * secondsPerStep + (1 - MEMORY) * seconds;
    examplesPerStep = examples;
    last = now;
  }

  double examplesPerSecond() {
    return secondsPerStep == 0 ? 0 : examplesPerStep / secondsPerStep;
  }

  Duration left(long steps) {
    return Duration.ofMillis(Math.round(1000 * secondsPerStep * steps));
  }
}

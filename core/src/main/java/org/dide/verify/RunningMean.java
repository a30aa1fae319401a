package org.dide.verify;

/** A mean of values as they come. */
final class RunningMean {
  private double sum;
  private long count;

  void add(double value) {
    sum += value;
    count++;
  }

  /** NaN before the first. */
  double value() {
    return sum / count;
  }

  double sum() {
    return sum;
  }

  long count() {
    return count;
  }
}

package org.dide.measure;

/** Hears how a measurement goes. */
@FunctionalInterface
public interface SpeedListener {
  /**
   * A round begins.
   *
   * @param what is measured
   * @param round from 1; 0 is the one that warms up
   * @param rounds of this
   */
  void begun(String what, int round, int rounds);
}

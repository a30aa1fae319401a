package org.dide.demo;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The parts of the demo, how far it is, and how long it will take: what is left by plan, at the
 * pace so far.
 */
final class Agenda {
  /** So much of the plan must be done before its pace is believed. */
  private static final double TRUSTED = 2;

  private final List<Item> items;
  private final DemoListener listener;
  private final LongSupplier nanoseconds;
  private int current = -1;
  private double begunAt;
  private double done;
  private double planned; // seconds by plan of what was worked off
  private double taken; // seconds that it took
  private long started;

  /**
   * A part.
   *
   * @param what it does
   * @param seconds it takes on two free processors
   */
  record Item(String what, double seconds) {}

  Agenda(List<Item> items, DemoListener listener, LongSupplier nanoseconds) {
    this.items = List.copyOf(items);
    this.listener = listener;
    this.nanoseconds = nanoseconds;
  }

  /** The next part begins, with so much of it done in an earlier run. */
  void begin(double alreadyDone) {
    settle();
    current++;
    begunAt = alreadyDone;
    done = alreadyDone;
    started = nanoseconds.getAsLong();
    tell();
  }

  /** So much of the current part is done. */
  void at(double fraction) {
    done = fraction;
    tell();
  }

  /** The last part has ended. */
  void end() {
    at(1);
  }

  private void settle() {
    if (current >= 0) {
      planned += (done - begunAt) * items.get(current).seconds();
      taken += elapsed();
    }
  }

  private double elapsed() {
    return (nanoseconds.getAsLong() - started) * 1e-9;
  }

  private void tell() {
    double workedOff = planned + (done - begunAt) * items.get(current).seconds();
    double pace = workedOff < TRUSTED ? 1 : (taken + elapsed()) / workedOff;
    double left = (1 - done) * items.get(current).seconds();
    for (Item later : items.subList(current + 1, items.size())) {
      left += later.seconds();
    }
    listener.progress(
        new DemoListener.Progress(
            current + 1,
            items.size(),
            items.get(current).what(),
            done,
            Duration.ofMillis(Math.round(1000 * pace * left))));
  }
}

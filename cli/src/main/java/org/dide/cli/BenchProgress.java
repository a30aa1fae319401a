package org.dide.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.dide.measure.SpeedListener;

/** Shows how a measurement goes: a line for each thing measured, and now and then for a round. */
final class BenchProgress implements SpeedListener {
  private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

  private final PrintWriter out;
  private final LongSupplier nanoseconds;
  private long last;

  BenchProgress(PrintWriter out, LongSupplier nanoseconds) {
    this.out = out;
    this.nanoseconds = nanoseconds;
  }

  @Override
  public void begun(String what, int round, int rounds) {
    long now = nanoseconds.getAsLong();
    if (round == 0 || now - last >= INTERVAL) {
      last = now;
      out.println(
          round == 0
              ? "%s: warming up".formatted(what)
              : "%s: round %d of %d".formatted(what, round, rounds));
      out.flush();
    }
  }
}

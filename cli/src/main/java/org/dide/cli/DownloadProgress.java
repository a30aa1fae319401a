package org.dide.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.dide.hub.HubListener;
import org.dide.hub.HubPlan;

/** Tells how a download goes: first what and how much, then a line in ten seconds at most. */
final class DownloadProgress implements HubListener {
  private static final long INTERVAL = Duration.ofSeconds(10).toNanos();
  private static final double MEGABYTE = 1e6;

  private final PrintWriter out;
  private final LongSupplier nanoseconds;
  private long last;
  private long total;

  DownloadProgress(PrintWriter out, LongSupplier nanoseconds) {
    this.out = out;
    this.nanoseconds = nanoseconds;
    this.last = nanoseconds.getAsLong();
  }

  @Override
  public void plan(HubPlan plan) {
    total = plan.bytes();
    message(
        String.format(
            Locale.ROOT,
            "%s at commit %s: %d files, %.1f MB, of which %.1f MB are here: %s",
            plan.name(),
            plan.commit(),
            plan.files().size(),
            plan.bytes() / MEGABYTE,
            plan.present() / MEGABYTE,
            String.join(", ", plan.files())));
  }

  @Override
  public void progress(String file, long done) {
    long now = nanoseconds.getAsLong();
    if (now - last >= INTERVAL) {
      last = now;
      message(
          String.format(
              Locale.ROOT, "%.1f of %.1f MB, %s", done / MEGABYTE, total / MEGABYTE, file));
    }
  }

  @Override
  public void message(String text) {
    out.println(text);
    out.flush();
  }
}

package org.dide.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/** Shows how many pictures are done: as a bar on a terminal, as plain lines elsewhere. */
interface PictureProgress extends AutoCloseable {
  /** So many are done. */
  void done(int pictures);

  @Override
  void close();

  /**
   * For standard error.
   *
   * @param err where lines go if it is no terminal
   * @param work what is done to them, such as {@code encoding}
   */
  static PictureProgress onStandardError(PrintWriter err, String work, int total) {
    return Ansi.AUTO.enabled() ? new Bar(work, total) : new Lines(err, total, System::nanoTime);
  }

  /** One line in ten seconds at most, with the last picture's in any case. */
  final class Lines implements PictureProgress {
    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private final PrintWriter out;
    private final int total;
    private final LongSupplier nanoseconds;
    private final long start;
    private long last;

    Lines(PrintWriter out, int total, LongSupplier nanoseconds) {
      this.out = out;
      this.total = total;
      this.nanoseconds = nanoseconds;
      this.start = nanoseconds.getAsLong();
      this.last = start;
    }

    @Override
    public void done(int pictures) {
      long now = nanoseconds.getAsLong();
      if (now - last >= INTERVAL || pictures == total) {
        last = now;
        double rate = pictures / Math.max(1e-9, (now - start) / 1e9);
        out.printf(Locale.ROOT, "%,d of %,d pictures, %.1f a second%n", pictures, total, rate);
        out.flush();
      }
    }

    @Override
    public void close() {}
  }

  /** A bar. */
  final class Bar implements PictureProgress {
    private final ProgressBar bar;

    private Bar(String work, int total) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(work)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .showSpeed()
              .build();
    }

    @Override
    public void done(int pictures) {
      bar.stepTo(pictures);
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}

package org.dide.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.dide.demo.DemoListener;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows how the demo goes: in one line that changes on a terminal, as plain lines now and then
 * elsewhere.
 */
final class DemoProgress implements DemoListener, AutoCloseable {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final Duration ON_TERMINAL = Duration.ofMillis(250);
  private static final Duration ELSEWHERE = Duration.ofSeconds(15);

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoseconds;
  private int part;
  private long shown;

  private DemoProgress(PrintStream out, boolean terminal, LongSupplier nanoseconds) {
    this.out = out;
    this.terminal = terminal;
    this.nanoseconds = nanoseconds;
  }

  /** For standard error. */
  static DemoProgress onStandardError() {
    return on(System.err, Ansi.AUTO.enabled(), System::nanoTime);
  }

  /** For any stream. */
  static DemoProgress on(PrintStream out, boolean terminal, LongSupplier nanoseconds) {
    return new DemoProgress(out, terminal, nanoseconds);
  }

  @Override
  public void progress(Progress now) {
    long time = nanoseconds.getAsLong();
    Duration interval = terminal ? ON_TERMINAL : ELSEWHERE;
    if (now.part() == part && time - shown < interval.toNanos()) {
      return;
    }
    part = now.part();
    shown = time;
    String line =
        String.format(
            Locale.ROOT,
            "[%d/%d] %s, %.0f %%, about %d:%02d left in all",
            now.part(),
            now.parts(),
            now.what(),
            100 * now.done(),
            now.left().toMinutes(),
            now.left().toSecondsPart());
    if (terminal) {
      out.print(CLEAR_LINE + line);
      out.flush();
    } else {
      out.println(line);
    }
  }

  @Override
  public void message(String text) {
    out.println((terminal ? CLEAR_LINE : "") + text);
  }

  /** Leaves no half line behind. */
  @Override
  public void close() {
    if (terminal) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }
}

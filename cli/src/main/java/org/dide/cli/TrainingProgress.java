package org.dide.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.dide.train.EvaluationReport;
import org.dide.train.StepReport;
import org.dide.train.TrainingListener;
import picocli.CommandLine.Help.Ansi;

/** Shows a training on a stream: as a bar on a terminal, as plain lines now and then elsewhere. */
abstract class TrainingProgress implements TrainingListener, AutoCloseable {
  final PrintStream out;

  private TrainingProgress(PrintStream out) {
    this.out = out;
  }

  /** For standard error. */
  static TrainingProgress onStandardError() {
    // picocli's test is the one that also holds on JDK 22 and later and heeds NO_COLOR and the
    // like.
    return Ansi.AUTO.enabled() ? new Bar(System.err) : lines(System.err, System::nanoTime);
  }

  /** Plain lines, one in ten seconds at most, with the last step's in any case. */
  static TrainingProgress lines(PrintStream out, LongSupplier nanoseconds) {
    return new Lines(out, nanoseconds);
  }

  /** Shows one line and leaves it standing. */
  abstract void print(String line);

  @Override
  public void evaluation(EvaluationReport report) {
    print(
        "step %d, epoch %d: %s: %s%s"
            .formatted(
                report.step(),
                report.epoch() + 1,
                report.split(),
                values(report.metrics()),
                report.best() ? ", the best so far" : ""));
  }

  @Override
  public void message(String text) {
    print(text);
  }

  @Override
  public void close() {}

  private static String values(Map<String, Double> values) {
    return values.entrySet().stream()
        .filter(value -> !value.getKey().startsWith("chance/")) // the same each time
        .map(value -> "%s %s".formatted(value.getKey(), number(value.getValue())))
        .collect(Collectors.joining(", "));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String summary(StepReport report) {
    String parts = report.parts().size() < 2 ? "" : " (" + values(report.parts()) + ")";
    return String.format(
        Locale.ROOT,
        "loss %s%s, rate %.2e, %.0f examples/s",
        number(report.loss()),
        parts,
        report.rate(),
        report.examplesPerSecond());
  }

  private static String clock(Duration duration) {
    return "%d:%02d:%02d"
        .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
  }

  private static final class Lines extends TrainingProgress {
    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanoseconds;
    private boolean begun;
    private long last;

    Lines(PrintStream out, LongSupplier nanoseconds) {
      super(out);
      this.nanoseconds = nanoseconds;
    }

    @Override
    public void step(StepReport report) {
      long now = nanoseconds.getAsLong();
      if (!begun || now - last >= INTERVAL || report.step() == report.total()) {
        begun = true;
        last = now;
        print(
            "step %d of %d, epoch %d: %s, %s left"
                .formatted(
                    report.step(),
                    report.total(),
                    report.epoch() + 1,
                    summary(report),
                    clock(report.left())));
      }
    }

    @Override
    void print(String line) {
      out.println(line);
    }
  }

  private static final class Bar extends TrainingProgress {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private Optional<ProgressBar> bar = Optional.empty();
    // Written by the training, read by the bar's own thread.
    private volatile Duration left = Duration.ZERO;

    Bar(PrintStream out) {
      super(out);
    }

    @Override
    public void step(StepReport report) {
      left = report.left();
      ProgressBar shown = bar.orElseGet(() -> begin(report));
      bar = Optional.of(shown);
      shown.stepTo(report.step());
      shown.setExtraMessage(" epoch %d, %s".formatted(report.epoch() + 1, summary(report)));
    }

    @Override
    void print(String line) {
      out.println(CLEAR_LINE + line);
      bar.ifPresent(ProgressBar::refresh);
    }

    @Override
    public void close() {
      bar.ifPresent(ProgressBar::close);
    }

    private ProgressBar begin(StepReport report) {
      return new ProgressBarBuilder()
          .setTaskName("training")
          .setInitialMax(report.total())
          .startsFrom(report.step() - 1, Duration.ZERO)
          .setStyle(ProgressBarStyle.ASCII)
          .setConsumer(new ConsoleProgressBarConsumer(out))
          .setEtaFunction(state -> Optional.of(left))
          .build();
    }
  }
}

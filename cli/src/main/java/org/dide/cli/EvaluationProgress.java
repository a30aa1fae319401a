package org.dide.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.dide.evaluate.Evaluator;
import org.dide.task.Batch;

/** Tells how far an evaluation has come: a line in ten seconds at most. */
final class EvaluationProgress implements Evaluator.Observer {
  private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

  private final PrintWriter out;
  private final int examples;
  private final long begun = System.nanoTime();
  private long last = begun;
  private int done;

  EvaluationProgress(PrintWriter out, int examples) {
    this.out = out;
    this.examples = examples;
  }

  @Override
  public void see(Batch batch, Tensor logits) {
    done += batch.examples().size();
    progress(done, examples, "examples");
  }

  @Override
  public void progress(long finished, long total, String unit) {
    long now = System.nanoTime();
    if (now - last >= INTERVAL) {
      last = now;
      out.println(
          String.format(
              Locale.ROOT,
              "%d of %d %s, %.0f a second",
              finished,
              total,
              unit,
              finished / ((now - begun) * 1e-9)));
      out.flush();
    }
  }
}

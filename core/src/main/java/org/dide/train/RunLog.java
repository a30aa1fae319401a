package org.dide.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes what a training does to its run folder: means over stretches of steps, and every
 * evaluation, to {@code metrics.jsonl} and TensorBoard's events; and passes all of it on.
 */
final class RunLog implements AutoCloseable {
  private static final int STRETCH = 50;

  private final MetricsLog metrics;
  private final TensorBoardWriter events;
  private final TrainingListener listener;
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private int count;

  private RunLog(MetricsLog metrics, TensorBoardWriter events, TrainingListener listener) {
    this.metrics = metrics;
    this.events = events;
    this.listener = listener;
  }

  /** Goes on after some step; what was logged past it is dropped. */
  static RunLog open(RunFolder folder, long step, TrainingListener listener) {
    return new RunLog(
        MetricsLog.open(folder.metrics(), step),
        new TensorBoardWriter(folder.events(), step),
        listener);
  }

  void step(StepReport report) {
    sums.merge("loss", report.loss(), Double::sum);
    report.parts().forEach((name, value) -> sums.merge("loss/" + name, value, Double::sum));
    count++;
    if (report.step() % STRETCH == 0 || report.step() == report.total()) {
      Map<String, Double> means = new LinkedHashMap<>();
      sums.forEach((name, sum) -> means.put(name, sum / count));
      means.put("rate", report.rate());
      write(report.step(), report.epoch(), "train", means);
      forgetStretch();
    }
    listener.step(report);
  }

  void evaluation(EvaluationReport report) {
    write(report.step(), report.epoch(), report.split(), report.metrics());
    listener.evaluation(report);
  }

  /** Everything so far is on disk, and the next stretch begins here, as after a resume. */
  void sync() {
    forgetStretch();
    metrics.sync();
    events.flush();
  }

  private void forgetStretch() {
    sums.clear();
    count = 0;
  }

  private void write(long step, int epoch, String split, Map<String, Double> values) {
    metrics.append(new MetricsLog.Entry(step, epoch, split, values));
    Map<String, Double> scalars = new LinkedHashMap<>();
    values.forEach((name, value) -> scalars.put(split + "/" + name, value));
    events.append(step, scalars);
  }

  @Override
  public void close() {
    metrics.close();
    events.close();
  }
}

package org.dide.report;

import java.util.List;
import org.dide.train.MetricsLog;

/** The numbers of a run as curves. */
public final class RunCurves {
  private RunCurves() {}

  /**
   * One metric of a log over steps.
   *
   * @param split where it was measured, such as {@code dev}
   * @param name of the curve
   */
  public static LineChart.Series of(
      List<MetricsLog.Entry> log, String metric, String split, String name) {
    return new LineChart.Series(
        name,
        log.stream()
            .filter(entry -> entry.split().equals(split) && entry.values().containsKey(metric))
            .map(
                entry ->
                    new LineChart.Point(
                        entry.step(), entry.values().getOrDefault(metric, Double.NaN)))
            .toList());
  }
}

package org.dide.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one evaluation during a training found.
 *
 * @param step steps done before it
 * @param epoch the epoch it fell in, from 0
 * @param split which part of the data was looked at, such as {@code dev}
 * @param metrics by name
 * @param best whether no evaluation before was as good
 */
public record EvaluationReport(
    long step, int epoch, String split, Map<String, Double> metrics, boolean best) {
  /** Copies the metrics. */
  public EvaluationReport {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}

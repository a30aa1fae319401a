package org.dide.evaluate;

import java.util.Map;

/**
 * How well a model did on those examples of a data set whose answers are known.
 *
 * @param score mean over examples, in [0, 1]; NaN without examples
 * @param loss mean over examples of the loss against known answers; NaN without examples
 * @param count examples with known answers
 * @param byType mean score and count of each kind of question
 */
public record Evaluation(double score, double loss, long count, Map<String, TypeScore> byType) {
  /** Keeps an unmodifiable view, in the map's order. */
  public Evaluation {
    byType = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(byType));
  }

  /**
   * All figures by name: {@code score}, {@code loss} and {@code score/<type>}; none without
   * examples.
   */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new java.util.LinkedHashMap<>();
    if (count == 0) {
      return metrics;
    }
    metrics.put("score", score);
    metrics.put("loss", loss);
    byType.forEach(
        (type, result) -> {
          if (!type.isEmpty()) {
            metrics.put("score/" + type, result.score());
          }
        });
    return metrics;
  }

  /**
   * One kind of question.
   *
   * @param score mean over its examples, in [0, 1]
   * @param count its examples
   */
  public record TypeScore(double score, long count) {}
}

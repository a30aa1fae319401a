package org.dide.evaluate;

import java.util.Map;

/**
 * How well a model did on those examples of a data set whose answers are known.
 *
 * @param score mean over examples, or the mean recall of retrieval, or the mean of that and what
 *     else pre-training asks for, in [0, 1]; NaN without examples
 * @param loss mean over examples of the loss against known answers; NaN without examples, and for
 *     retrieval, whose losses are of batches
 * @param count examples with known answers
 * @param byType mean score and count of each kind of question
 * @param figures what else there is to tell, by name, see {@link Recalls#figures}
 */
public record Evaluation(
    double score,
    double loss,
    long count,
    Map<String, TypeScore> byType,
    Map<String, Figure> figures) {
  private static final int RSUM = 600; // six recalls in per cent

  /** No example has a known answer. */
  static final Evaluation NOTHING = new Evaluation(Double.NaN, Double.NaN, 0, Map.of(), Map.of());

  /** Keeps unmodifiable views, in the maps' order. */
  public Evaluation {
    byType = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(byType));
    figures = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(figures));
  }

  static Evaluation of(Recalls recalls, long texts) {
    return new Evaluation(recalls.mean(), Double.NaN, texts, Map.of(), recalls.figures());
  }

  /** With what else a pre-trained model is asked for: the score becomes the mean of all. */
  Evaluation ofPretraining(Map<String, Figure> more) {
    Map<String, Figure> all = new java.util.LinkedHashMap<>(figures);
    Figure sum = java.util.Objects.requireNonNull(figures.get("rsum"));
    all.put("recall", new Figure(score, sum.chance() / RSUM));
    all.putAll(more);
    double total = score + more.values().stream().mapToDouble(Figure::value).sum();
    return new Evaluation(total / (1 + more.size()), loss, count, byType, all);
  }

  /**
   * All figures by name: {@code score}, {@code loss}, {@code score/<type>}, and others with what
   * chance would give as {@code chance/<name>}; none without examples.
   */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new java.util.LinkedHashMap<>();
    if (count == 0) {
      return metrics;
    }
    metrics.put("score", score);
    if (!Double.isNaN(loss)) {
      metrics.put("loss", loss);
    }
    byType.forEach(
        (type, result) -> {
          if (!type.isEmpty()) {
            metrics.put("score/" + type, result.score());
          }
        });
    figures.forEach((name, figure) -> metrics.put(name, figure.value()));
    figures.forEach((name, figure) -> metrics.put("chance/" + name, figure.chance()));
    return metrics;
  }

  /**
   * A figure beside what chance would give.
   *
   * @param value what was found
   * @param chance what is expected of a random order
   */
  public record Figure(double value, double chance) {}

  /**
   * One kind of question.
   *
   * @param score mean over its examples, in [0, 1]
   * @param count its examples
   */
  public record TypeScore(double score, long count) {}
}

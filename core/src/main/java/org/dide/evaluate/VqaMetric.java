package org.dide.evaluate;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The VQA score: the soft score of the answer a model is surest of, averaged over examples, however
 * they were batched. Not thread-safe.
 */
public final class VqaMetric {
  /**
   * A mean over examples.
   *
   * @param score in [0, 1]; NaN without examples
   * @param examples how many
   */
  public record Mean(double score, long examples) {}

  private final Sum overall = new Sum();
  private final Map<String, Sum> byType = new TreeMap<>();

  /**
   * The score of one example: what the answer with the largest logit (the first of several) is
   * worth.
   *
   * @param logits (C)
   * @param targets (C), the soft score of each answer
   */
  public static float score(float[] logits, float[] targets) {
    if (logits.length == 0 || logits.length != targets.length) {
      throw new IllegalArgumentException(
          "%d logits but %d targets".formatted(logits.length, targets.length));
    }
    int best = 0;
    for (int answer = 1; answer < logits.length; answer++) {
      if (logits[answer] > logits[best]) {
        best = answer;
      }
    }
    return targets[best];
  }

  /**
   * Counts an example.
   *
   * @param type the kind of question, empty if there are none
   * @param score in [0, 1]
   */
  public void add(String type, double score) {
    overall.add(score);
    byType.computeIfAbsent(type, unseen -> new Sum()).add(score);
  }

  /** The mean over all examples. */
  public Mean overall() {
    return overall.mean();
  }

  /** The mean over each kind of question, by name. */
  public Map<String, Mean> byType() {
    return byType.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> entry.getValue().mean(), (a, b) -> a, TreeMap::new));
  }

  private static final class Sum {
    private double sum;
    private long examples;

    void add(double score) {
      sum += score;
      examples++;
    }

    Mean mean() {
      return new Mean(sum / examples, examples);
    }
  }
}

package org.dide.demo;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.TextOnlyGuesser;

/**
 * What is scored without looking at a picture. A model that is no better has not shown that it
 * sees.
 *
 * @param counts questions by kind
 * @param majority score by metric ({@code score}, {@code score/<kind>}) of always giving the most
 *     frequent answer
 * @param bagOfWords the same of a bag of words ({@link TextOnlyGuesser})
 */
public record TextOnly(
    Map<String, Long> counts, Map<String, Double> majority, Map<String, Double> bagOfWords) {
  /** Keeps unmodifiable copies, in order. */
  public TextOnly {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    majority = Collections.unmodifiableMap(new LinkedHashMap<>(majority));
    bagOfWords = Collections.unmodifiableMap(new LinkedHashMap<>(bagOfWords));
  }

  /**
   * Learns from the texts of one part and scores another.
   *
   * @throws InputException if no answers are known
   */
  static TextOnly of(Dataset train, Dataset test) {
    TextOnlyGuesser guesser =
        TextOnlyGuesser.learn(train)
            .orElseThrow(
                () -> new InputException("%s: found no known answers".formatted(train.name())));
    Map<String, Long> counts = new TreeMap<>();
    test.stream(0).forEach(example -> counts.merge(example.type(), 1L, Long::sum));
    return new TextOnly(
        counts, scores(test, guesser::majorityScore), scores(test, guesser::wordsScore));
  }

  private static Map<String, Double> scores(Dataset test, ToDoubleFunction<Example> worth) {
    Map<String, double[]> sums = new TreeMap<>(); // metric -> {sum, count}
    test.stream(0)
        .forEach(
            example -> {
              double score = worth.applyAsDouble(example);
              for (String metric : List.of("score", "score/" + example.type())) {
                double[] sum = sums.computeIfAbsent(metric, key -> new double[2]);
                sum[0] += score;
                sum[1]++;
              }
            });
    Map<String, Double> scores = new LinkedHashMap<>();
    sums.forEach((metric, sum) -> scores.put(metric, sum[0] / sum[1]));
    return scores;
  }
}

package org.dide.demo;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.dide.InputException;
import org.dide.data.BagOfWords;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Label;

/**
 * What is scored without looking at a picture. A model that is no better has not shown that it
 * sees.
 *
 * @param counts questions by kind
 * @param majority score by metric ({@code score}, {@code score/<kind>}) of always giving the most
 *     frequent answer
 * @param bagOfWords the same of {@link BagOfWords}
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
    List<Example> known = train.stream(0).filter(example -> !best(example).isEmpty()).toList();
    if (known.isEmpty()) {
      throw new InputException("%s: found no known answers".formatted(train.name()));
    }
    List<String> answers = known.stream().map(TextOnly::best).toList();
    BagOfWords words = BagOfWords.train(known.stream().map(Example::text).toList(), answers);
    String majority = mostFrequent(answers);
    Map<String, Long> counts = new TreeMap<>();
    test.stream(0).forEach(example -> counts.merge(example.type(), 1L, Long::sum));
    return new TextOnly(counts, scores(test, text -> majority), scores(test, words::answer));
  }

  private static Map<String, Double> scores(Dataset test, UnaryOperator<String> answerer) {
    Map<String, double[]> sums = new TreeMap<>(); // metric -> {sum, count}
    test.stream(0)
        .forEach(
            example -> {
              double score = score(example, answerer.apply(example.text()));
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

  private static double score(Example example, String answer) {
    return example.label() instanceof Label.Answers known
        ? known.scores().getOrDefault(answer, 0.0)
        : 0;
  }

  /** The best of an example's answers, the first of equals; empty if none is known. */
  private static String best(Example example) {
    String best = "";
    double most = 0;
    if (example.label() instanceof Label.Answers known) {
      for (Map.Entry<String, Double> answer : known.scores().entrySet()) {
        if (answer.getValue() > most) {
          best = answer.getKey();
          most = answer.getValue();
        }
      }
    }
    return best;
  }

  private static String mostFrequent(List<String> answers) {
    Map<String, Integer> counts = new HashMap<>();
    answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
    String best = answers.get(0);
    for (String answer : counts.keySet().stream().sorted().toList()) {
      if (counts.getOrDefault(answer, 0) > counts.getOrDefault(best, 0)) {
        best = answer;
      }
    }
    return best;
  }
}

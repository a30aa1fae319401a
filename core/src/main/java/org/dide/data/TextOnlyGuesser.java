package org.dide.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers without looking at a picture. A model that is no better has not shown that it sees.
 *
 * @param majority the most frequent answer, the first in the alphabet of several
 * @param words answers from the words of a text
 */
public record TextOnlyGuesser(String majority, BagOfWords words) {
  /** Learns from the examples whose answers are known; empty if there are none. */
  public static Optional<TextOnlyGuesser> learn(Dataset train) {
    List<Example> known = answered(train);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    List<String> answers = known.stream().map(e -> bestAnswer(e).orElseThrow()).toList();
    Map<String, Long> counts = new HashMap<>();
    answers.forEach(answer -> counts.merge(answer, 1L, Long::sum));
    return Optional.of(
        new TextOnlyGuesser(
            DataStatistics.byFrequency(counts).get(0).answer(),
            BagOfWords.train(known.stream().map(Example::text).toList(), answers)));
  }

  /** What always giving the most frequent answer is worth here, in [0, 1]. */
  public double majorityScore(Example example) {
    return score(example, majority);
  }

  /** What the answer from the words alone is worth here, in [0, 1]. */
  public double wordsScore(Example example) {
    return score(example, words.answer(example.text()));
  }

  static List<Example> answered(Dataset dataset) {
    return dataset.stream(0).filter(example -> bestAnswer(example).isPresent()).toList();
  }

  static Optional<String> bestAnswer(Example example) {
    return example.label().best();
  }

  private static double score(Example example, String answer) {
    return example.label().score(answer);
  }
}

package org.dide.data;

import java.util.Map;
import java.util.Optional;

/** What is known about the right answer of an example. */
public sealed interface Label {
  /**
   * Open-ended answers with their soft scores in [0, 1] (VQA), in the order in which they first
   * appeared.
   */
  record Answers(Map<String, Double> scores) implements Label {
    /** Keeps an unmodifiable view; the order of the map is kept. */
    public Answers {
      scores = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(scores));
    }

    /** What an answer is worth, 0 if it is none of these. */
    public double score(String answer) {
      return scores.getOrDefault(answer, 0.0);
    }

    /** The answer with the highest score, the first of several; empty if there are none. */
    public Optional<String> best() {
      // max() would take the last of equals; min of the reversed order takes the first.
      return scores.entrySet().stream()
          .min(Map.Entry.<String, Double>comparingByValue().reversed())
          .map(Map.Entry::getKey);
    }
  }

  /** Nothing is known: a question to be answered. */
  record Unknown() implements Label {}
}

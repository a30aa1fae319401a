package org.dide.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is known about the right answer of an example. */
public sealed interface Label {
  /** What an answer is worth, in [0, 1]; 0 if nothing is known of it. */
  default double score(String answer) {
    return 0;
  }

  /** The answer with the highest score, the first of several; empty if none is known. */
  default Optional<String> best() {
    return Optional.empty();
  }

  /** Whether examples so labelled can be learnt from and scored. */
  default boolean isKnown() {
    return true;
  }

  /**
   * Open-ended answers with their soft scores in [0, 1] (VQA), in the order in which they first
   * appeared.
   */
  record Answers(Map<String, Double> scores) implements Label {
    /** Keeps an unmodifiable view; the order of the map is kept. */
    public Answers {
      scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }

    @Override
    public double score(String answer) {
      return scores.getOrDefault(answer, 0.0);
    }

    @Override
    public Optional<String> best() {
      // max() would take the last of equals; min of the reversed order takes the first.
      return scores.entrySet().stream()
          .min(Map.Entry.<String, Double>comparingByValue().reversed())
          .map(Map.Entry::getKey);
    }
  }

  /**
   * The one right class among a task's few (reasoning, entailment).
   *
   * @param name as the task has it, such as {@code entailment} or {@code true}
   */
  record Choice(String name) implements Label {
    @Override
    public double score(String answer) {
      return name.equals(answer) ? 1 : 0;
    }

    @Override
    public Optional<String> best() {
      return Optional.of(name);
    }
  }

  /** The text describes its picture; what is right is the pair itself (retrieval). */
  record Described() implements Label {}

  /** Nothing is known: a question to be answered. */
  record Unknown() implements Label {
    @Override
    public boolean isKnown() {
      return false;
    }
  }
}

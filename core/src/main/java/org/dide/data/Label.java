package org.dide.data;

import java.util.Map;

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
  }

  /** Nothing is known: a question to be answered. */
  record Unknown() implements Label {}
}

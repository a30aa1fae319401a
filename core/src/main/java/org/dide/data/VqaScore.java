package org.dide.data;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The soft score of an answer by how many of ten people gave it: 0, 0.3, 0.6, 0.9 and, from four
 * on, 1. It approximates the VQA accuracy min(1, n/3) averaged over nine of the ten people (Antol
 * et al., "VQA", ICCV 2015; Teney et al., "Tips and Tricks for VQA", CVPR 2018).
 */
public final class VqaScore {
  private static final double[] BY_COUNT = {0, 0.3, 0.6, 0.9, 1};

  private VqaScore() {}

  /** The score of an answer that so many people gave. */
  public static double ofCount(int people) {
    return BY_COUNT[Math.min(people, BY_COUNT.length - 1)];
  }

  /** The scores of all answers that people gave to one question, in order of first appearance. */
  public static Map<String, Double> ofAnswers(Collection<String> answers) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
    Map<String, Double> scores = new LinkedHashMap<>();
    counts.forEach((answer, count) -> scores.put(answer, ofCount(count)));
    return scores;
  }
}

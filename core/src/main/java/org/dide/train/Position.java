package org.dide.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a training stands: what a checkpoint adds to parameters and optimiser.
 *
 * @param step steps done
 * @param unreadable examples left out so far
 * @param bestScore best score on dev so far, or -1
 * @param bestStep steps done when it was reached
 */
record Position(long step, long unreadable, double bestScore, long bestStep) {
  static final Position START = new Position(0, 0, -1, 0);

  Position after(long unreadableNow) {
    return new Position(step + 1, unreadableNow, bestScore, bestStep);
  }

  Position withBest(double score) {
    return new Position(step, unreadable, score, step);
  }

  Map<String, Double> toState() {
    Map<String, Double> state = new LinkedHashMap<>();
    state.put("step", (double) step);
    state.put("unreadable", (double) unreadable);
    state.put("best_score", bestScore);
    state.put("best_step", (double) bestStep);
    return state;
  }

  static Position of(Map<String, Double> state) {
    return new Position(
        state.getOrDefault("step", 0.0).longValue(),
        state.getOrDefault("unreadable", 0.0).longValue(),
        state.getOrDefault("best_score", -1.0),
        state.getOrDefault("best_step", 0.0).longValue());
  }
}

package org.dide.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.dide.InputException;

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

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  Position after(long unreadableNow) {
    return new Position(step + 1, unreadableNow, bestScore, bestStep);
  }

  Position withBest(double score) {
    return new Position(step, unreadable, score, step);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static Position of(Checkpoint checkpoint) {
    try {
      return JSON.readValue(checkpoint.state(), Position.class);
    } catch (JsonProcessingException problem) {
      throw new InputException(
          "%s: %s".formatted(checkpoint.folder(), problem.getOriginalMessage()), problem);
    }
  }
}

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
 * @param judging whether dev is still to be looked at after this step
 */
record Position(long step, long unreadable, double bestScore, long bestStep, boolean judging) {
  static final Position START = new Position(0, 0, -1, 0, false);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /** One step further. */
  Position after(long unreadableNow, boolean judgingNow) {
    return new Position(step + 1, unreadableNow, bestScore, bestStep, judgingNow);
  }

  /** After a look at dev. */
  Position judged(double score) {
    return score > bestScore
        ? new Position(step, unreadable, score, step, false)
        : new Position(step, unreadable, bestScore, bestStep, false);
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

package org.dide.train;

import java.util.List;
import org.dide.task.Prepared;

/** What a training minimises, as a function of examples, the seed and the step. */
sealed interface Objective permits AnswerObjective, PretrainingObjective {
  /**
   * What a forward pass over some examples costs; its tensors belong to the current scope.
   *
   * @param step from 0
   * @param micro which forward pass of the step, from 0
   */
  Losses losses(List<Prepared> examples, long step, int micro);

  /** The objective of a training's task. */
  static Objective of(Training training) {
    return switch (training.task().name()) {
      case PRETRAINING -> new PretrainingObjective(training);
      default -> new AnswerObjective(training);
    };
  }
}

package org.dide.cli;

import java.util.List;
import java.util.Set;
import org.dide.InputException;
import org.dide.hub.TrainedModel;
import org.dide.task.Answer;
import org.dide.task.Classification;

/** Models that judge statements, and what they say. */
final class Statements {
  private static final Set<String> AFFIRMATIVE = Set.of("true", "entailment");

  private Statements() {}

  /**
   * Refuses models that judge nothing.
   *
   * @param place says which model, where there are several; else empty
   * @throws InputException naming the model's task
   */
  static void requireJudge(String place, TrainedModel trained) {
    if (!(trained.task() instanceof Classification)) {
      throw new InputException(
          "%stask %s: judges no statements; allowed are models of entailment or statement"
              .formatted(place, trained.task().name()));
    }
  }

  /** How likely a statement is true, from the probabilities of all labels. */
  static double truth(List<Answer> all) {
    return all.stream()
        .filter(answer -> AFFIRMATIVE.contains(answer.text()))
        .mapToDouble(Answer::probability)
        .findFirst()
        .orElseThrow();
  }
}

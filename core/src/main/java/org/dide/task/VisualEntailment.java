package org.dide.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.dide.data.TaskName;
import org.dide.model.Head;

/** Statements that a picture entails, contradicts or leaves open (SNLI-VE, Xie et al., 2019). */
public final class VisualEntailment implements Classification {
  @Override
  public TaskName name() {
    return TaskName.ENTAILMENT;
  }

  @Override
  public Head head() {
    return new Head.Classifier("ve_classifier", 1, answers().size());
  }

  /** SNLI-VE has no leaderboard: a JSON object a line, in its data's own field names. */
  @Override
  public Submission submission() {
    return new SubmissionLines(
        (id, answer) ->
            JsonNodeFactory.instance
                .objectNode()
                .put("pairID", id)
                .put("gold_label", answer)
                .toString());
  }
}

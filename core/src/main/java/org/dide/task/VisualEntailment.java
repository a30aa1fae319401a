package org.dide.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Example;
import org.dide.data.TaskName;
import org.dide.distill.SoftLabels;
import org.dide.model.Head;

/** Statements that a picture entails, contradicts or leaves open (SNLI-VE, Xie et al., 2019). */
public final class VisualEntailment implements Task {
  private static final Classes CLASSES = new Classes(TaskName.ENTAILMENT.classes());

  @Override
  public TaskName name() {
    return TaskName.ENTAILMENT;
  }

  @Override
  public List<String> answers() {
    return CLASSES.names();
  }

  @Override
  public Head head() {
    return new Head.Classifier("ve_classifier", 1, CLASSES.names().size());
  }

  @Override
  public Tensor targets(List<Example> examples) {
    return CLASSES.targets(examples);
  }

  @Override
  public Tensor hardLoss(Tensor logits, Tensor targets) {
    return CLASSES.hardLoss(logits, targets);
  }

  @Override
  public Tensor softLoss(Tensor logits, Tensor teacherLogits) {
    return SoftLabels.exclusive(logits, teacherLogits);
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

  @Override
  public float[] scores(Tensor logits, Tensor targets) {
    return CLASSES.scores(logits, targets);
  }

  @Override
  public List<Answer> answers(float[] logits, int count) {
    return CLASSES.answers(logits, count);
  }
}

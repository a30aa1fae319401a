package org.dide.task;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Example;
import org.dide.data.TaskName;
import org.dide.distill.SoftLabels;
import org.dide.model.Head;

/**
 * Statements that are true or false, about two pictures (NLVR2, Suhr et al., ACL 2019) or about one
 * (NLVR, Suhr et al., ACL 2017).
 */
public final class VisualReasoning implements Task {
  private static final Classes CLASSES = new Classes(TaskName.REASONING.classes());

  private final TaskName name;
  private final Head head;

  /** About two pictures. */
  public VisualReasoning() {
    this(TaskName.REASONING, "nlvr2_classifier");
  }

  private VisualReasoning(TaskName name, String head) {
    this.name = name;
    this.head = new Head.Classifier(head, name.pictures(), CLASSES.names().size());
  }

  /** About one picture. */
  public static VisualReasoning aboutOnePicture() {
    return new VisualReasoning(TaskName.STATEMENT, "nlvr_classifier");
  }

  @Override
  public TaskName name() {
    return name;
  }

  @Override
  public List<String> answers() {
    return CLASSES.names();
  }

  @Override
  public Head head() {
    return head;
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

  /**
   * NLVR2's evaluation takes a line for each statement: its identifier, a comma, {@code True} or
   * {@code False}.
   */
  @Override
  public Submission submission() {
    return new SubmissionLines((id, answer) -> id + (answer.equals("true") ? ",True" : ",False"));
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

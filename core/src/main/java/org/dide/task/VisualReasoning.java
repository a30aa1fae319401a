package org.dide.task;

import java.util.Optional;
import org.dide.data.Example;
import org.dide.data.TaskName;
import org.dide.model.Head;

/**
 * Statements that are true or false, about two pictures (NLVR2, Suhr et al., ACL 2019) or about one
 * (NLVR, Suhr et al., ACL 2017).
 */
public final class VisualReasoning implements Classification {
  private final TaskName name;
  private final Head head;

  /** About two pictures. */
  public VisualReasoning() {
    this(TaskName.REASONING, "nlvr2_classifier");
  }

  private VisualReasoning(TaskName name, String head) {
    this.name = name;
    this.head = new Head.Classifier(head, name.pictures(), name.classes().size());
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
  public Head head() {
    return head;
  }

  /** The statement: NLVR2's consistency is the share of statements judged right of all pictures. */
  @Override
  public Optional<String> consistency(Example example) {
    return Optional.of(example.text());
  }

  /**
   * NLVR2's evaluation takes a line for each statement: its identifier, a comma, {@code True} or
   * {@code False}.
   */
  @Override
  public Submission submission() {
    return new SubmissionLines((id, answer) -> id + (answer.equals("true") ? ",True" : ",False"));
  }
}

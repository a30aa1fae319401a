package org.dide.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.evaluate.VqaSubmission.Answered;
import org.dide.task.Batch;
import org.dide.task.Task;
import org.dide.tensor.Tensors;

/** Keeps the answer a model is surest of to each question it sees. Not thread-safe. */
public final class SubmissionCollector implements Evaluator.Observer {
  private final Task task;
  private final List<Answered> answers = new ArrayList<>();

  /** A collector for models of one task. */
  public SubmissionCollector(Task task) {
    this.task = task;
  }

  /**
   * Keeps a batch's answers.
   *
   * @throws org.dide.InputException if an example's id is not a question's number
   */
  @Override
  public void see(Batch batch, Tensor logits) {
    List<float[]> rows = Tensors.rows(logits);
    for (int i = 0; i < rows.size(); i++) {
      String answer = task.answers(rows.get(i), 1).get(0).text();
      answers.add(Answered.of(batch.examples().get(i).id(), answer));
    }
  }

  /** Everything kept so far. */
  public VqaSubmission submission() {
    return new VqaSubmission(answers);
  }
}

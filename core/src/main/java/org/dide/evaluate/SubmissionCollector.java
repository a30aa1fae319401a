package org.dide.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Example;
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
    float[] values = Tensors.floats(logits);
    List<Example> examples = batch.examples();
    int classes = values.length / examples.size();
    for (int row = 0; row < examples.size(); row++) {
      float[] own = Arrays.copyOfRange(values, row * classes, (row + 1) * classes);
      answers.add(Answered.of(examples.get(row).id(), task.answers(own, 1).get(0).text()));
    }
  }

  /** Everything kept so far. */
  public VqaSubmission submission() {
    return new VqaSubmission(answers);
  }
}

package org.dide.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.AtomicFile;
import org.dide.task.Batch;
import org.dide.task.Submission;
import org.dide.task.Task;
import org.dide.tensor.Tensors;

/** Keeps the answer a model is surest of to each example it sees. Not thread-safe. */
public final class SubmissionCollector implements Evaluator.Observer {
  private final Task task;
  private final Submission submission;

  /** A collector for models of one task. */
  public SubmissionCollector(Task task) {
    this.task = task;
    this.submission = task.submission();
  }

  /**
   * Keeps a batch's answers.
   *
   * @throws org.dide.InputException if the task's evaluation takes no such ids
   */
  @Override
  public void see(Batch batch, Tensor logits) {
    List<float[]> rows = Tensors.rows(logits);
    for (int i = 0; i < rows.size(); i++) {
      String answer = task.answers(rows.get(i), 1).get(0).text();
      submission.add(batch.examples().get(i).id(), answer);
    }
  }

  /** Everything kept so far, as the file holds it. */
  public String content() {
    return submission.content();
  }

  /**
   * Writes everything kept so far.
   *
   * @throws org.dide.InputException if the file cannot be written
   */
  public void write(Path file) {
    AtomicFile.write(file, content().getBytes(UTF_8));
  }
}

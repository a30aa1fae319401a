package org.dide.task;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.model.Head;

/** What a model is asked to do. Everything that differs from task to task stands in one class. */
public sealed interface Task permits VisualQuestionAnswering {
  /** The task's name in recipes and configuration files. */
  String name();

  /** The answers, by class. */
  List<String> answers();

  /** What stands on top of the encoder. */
  Head head();

  /**
   * Targets of a batch.
   *
   * @return {@code (B, C)} float32, on the CPU
   */
  Tensor targets(List<Example> examples);

  /** The loss against known answers, a scalar. */
  Tensor hardLoss(Tensor logits, Tensor targets);

  /** The loss against a teacher's logits, a scalar. */
  Tensor softLoss(Tensor logits, Tensor teacherLogits);

  /**
   * The score in [0, 1] of each example, higher is better; their mean is the metric.
   *
   * @param logits {@code (B, C)}
   * @param targets {@code (B, C)}
   */
  float[] scores(Tensor logits, Tensor targets);

  /** The best answers a person can read, most likely first. */
  List<Answer> answers(float[] logits, int count);

  /**
   * The task of that name.
   *
   * @param answers by class
   * @throws InputException if there is no such task, or the answers do not suit it
   */
  static Task named(String name, List<String> answers) {
    if (name.equals(VisualQuestionAnswering.NAME)) {
      return new VisualQuestionAnswering(answers);
    }
    throw new InputException(
        "task: found '%s', allowed is %s".formatted(name, VisualQuestionAnswering.NAME));
  }
}

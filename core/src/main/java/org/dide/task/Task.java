package org.dide.task;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.TaskName;
import org.dide.model.Head;
import org.dide.model.Observation;
import org.dide.model.Pairing;
import org.dide.random.Draws;
import org.dide.tensor.Tensors;

/** What a model is asked to do. Everything that differs from task to task stands in one class. */
public sealed interface Task permits VisualQuestionAnswering, Classification, Retrieval {
  /** The task's name in recipes and configuration files. */
  TaskName name();

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

  /**
   * Which texts and pictures of a training batch a fusion encoder is to score.
   *
   * @param others pictures beside each text's own, or 0 for all; only retrieval asks for any
   */
  default Pairing pairing(int others, int batch, Draws draws) {
    return Pairing.OWN;
  }

  /** The loss of what a model made of a batch against known answers, a scalar. */
  default Tensor hardLoss(Observation learnt, Tensor targets) {
    return hardLoss(learnt.logits(), targets);
  }

  /** The loss against known answers, a scalar. */
  Tensor hardLoss(Tensor logits, Tensor targets);

  /** The loss against a teacher's logits, a scalar. */
  Tensor softLoss(Tensor logits, Tensor teacherLogits);

  /**
   * The score in [0, 1] of each example, higher is better; their mean is the metric. Unless a task
   * says otherwise, what the class with the largest logit, the first of several, is worth.
   *
   * @param logits {@code (B, C)}
   * @param targets {@code (B, C)}
   */
  default float[] scores(Tensor logits, Tensor targets) {
    Tensor best = logits.argmax(new LongOptional(1), true); // (B, 1)
    return Tensors.floats(targets.gather(1, best)); // (B, 1)
  }

  /**
   * What the examples have in common that only count as consistent if all of them are answered
   * right, such as one statement about several pictures; empty for tasks that have no such metric.
   */
  default Optional<String> consistency(Example example) {
    return Optional.empty();
  }

  /** The best answers a person can read, most likely first. */
  List<Answer> answers(float[] logits, int count);

  /**
   * A file of answers, still empty, as the task's public evaluation takes it.
   *
   * @throws InputException if there are no answers to submit
   */
  Submission submission();

  /**
   * The task of that name.
   *
   * @param answers by class; a task of few classes knows its own
   * @throws InputException if the answers do not suit the task
   */
  static Task named(TaskName name, List<String> answers) {
    if (!name.classes().isEmpty() && !answers.equals(name.classes())) {
      throw new InputException(
          "task %s: answers: found %s, allowed are %s".formatted(name, answers, name.classes()));
    }
    return switch (name) {
      case VQA -> new VisualQuestionAnswering(answers);
      case STATEMENT -> VisualReasoning.aboutOnePicture();
      case REASONING -> new VisualReasoning();
      case ENTAILMENT -> new VisualEntailment();
      case RETRIEVAL -> new Retrieval();
      case PRETRAINING -> Retrieval.pretraining();
    };
  }
}

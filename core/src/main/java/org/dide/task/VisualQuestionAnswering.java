package org.dide.task;

import static org.bytedeco.pytorch.global.torch.binary_cross_entropy_with_logits;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.data.TaskName;
import org.dide.distill.SoftLabels;
import org.dide.model.Head;
import org.dide.tensor.Tensors;

/** Open-ended questions about one picture, answered from a fixed list of answers (VQA v2). */
public final class VisualQuestionAnswering implements Task {
  private final List<String> answers;
  private final Map<String, Integer> index = new HashMap<>();

  /** The task over these answers; an answer's position is its class. */
  public VisualQuestionAnswering(List<String> answers) {
    this.answers = List.copyOf(answers);
    for (int i = 0; i < answers.size(); i++) {
      if (index.put(answers.get(i), i) != null) {
        throw new InputException("answers: '%s' at %d is there twice".formatted(answers.get(i), i));
      }
    }
  }

  @Override
  public TaskName name() {
    return TaskName.VQA;
  }

  @Override
  public List<String> answers() {
    return answers;
  }

  @Override
  public Head head() {
    return new Head.Classifier("vqa_classifier", 1, answers.size());
  }

  @Override
  public Tensor targets(List<Example> examples) {
    float[] targets = new float[examples.size() * answers.size()];
    for (int row = 0; row < examples.size(); row++) {
      if (examples.get(row).label() instanceof Label.Answers known) {
        int base = row * answers.size();
        known
            .scores()
            .forEach(
                (answer, score) -> {
                  Integer label = index.get(answer);
                  if (label != null) {
                    targets[base + label] = score.floatValue();
                  }
                });
      }
    }
    return Tensors.of(targets, examples.size(), answers.size());
  }

  @Override
  public Tensor hardLoss(Tensor logits, Tensor targets) {
    return binary_cross_entropy_with_logits(logits, targets).mul(new Scalar(logits.size(1)));
  }

  @Override
  public Tensor softLoss(Tensor logits, Tensor teacherLogits) {
    return SoftLabels.independent(logits, teacherLogits);
  }

  /** The leaderboard's JSON, see {@link VqaSubmission}. */
  @Override
  public Submission submission() {
    return new VqaSubmission.InMaking();
  }

  // A heap: sorting 3,129 answers to show one takes longer than a stored picture's join.
  @Override
  public List<Answer> answers(float[] logits, int count) {
    Comparator<Integer> byRank =
        Comparator.comparingDouble((Integer label) -> -logits[label])
            .thenComparing(Comparator.naturalOrder());
    PriorityQueue<Integer> best = new PriorityQueue<>(byRank.reversed()); // the worst one first
    for (int label = 0; label < logits.length && count > 0; label++) {
      if (best.size() == count && outranks(logits[label], logits[best.element()])) {
        best.remove();
      }
      if (best.size() < count) {
        best.add(label);
      }
    }
    return best.stream()
        .sorted(byRank)
        .map(label -> new Answer(answers.get(label), 1 / (1 + Math.exp(-logits[label]))))
        .toList();
  }

  private static boolean outranks(double logit, double other) {
    return Double.compare(-logit, -other) < 0; // as they are ranked
  }
}

package org.dide.task;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.distill.SoftLabels;
import org.dide.tensor.Tensors;

/** A task whose answers are a few classes, of which exactly one is right. */
public sealed interface Classification extends Task permits VisualReasoning, VisualEntailment {
  @Override
  default List<String> answers() {
    return name().classes();
  }

  /**
   * 1 for the right class of each example, all 0 where it is not known: {@code (B, C)} float32.
   *
   * @throws InputException if an example is labelled otherwise
   */
  @Override
  default Tensor targets(List<Example> examples) {
    List<String> names = answers();
    float[] targets = new float[examples.size() * names.size()];
    for (int row = 0; row < examples.size(); row++) {
      Example example = examples.get(row);
      if (example.label().isKnown()) {
        targets[row * names.size() + index(example, names)] = 1;
      }
    }
    return Tensors.of(targets, examples.size(), names.size());
  }

  private static int index(Example example, List<String> names) {
    int found = example.label() instanceof Label.Choice one ? names.indexOf(one.name()) : -1;
    if (found < 0) {
      throw new InputException(
          "example %s: label: found %s, allowed are %s"
              .formatted(example.id(), example.label(), String.join(", ", names)));
    }
    return found;
  }

  /** Cross-entropy, averaged over examples. */
  @Override
  default Tensor hardLoss(Tensor logits, Tensor targets) {
    return cross_entropy_loss(logits, targets.argmax(new LongOptional(1), false)); // (B)
  }

  /** KL of the teacher's distribution and the student's, see {@link SoftLabels#exclusive}. */
  @Override
  default Tensor softLoss(Tensor logits, Tensor teacherLogits) {
    return SoftLabels.exclusive(logits, teacherLogits);
  }

  /** The likeliest classes, most likely first, with the probabilities of a softmax. */
  @Override
  default List<Answer> answers(float[] logits, int count) {
    double largest = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    List<Answer> likeliest = new ArrayList<>();
    for (int label = 0; label < logits.length; label++) {
      likeliest.add(new Answer(answers().get(label), Math.exp(logits[label] - largest) / sum));
    }
    likeliest.sort(Comparator.comparingDouble(Answer::probability).reversed());
    return likeliest.subList(0, Math.min(count, likeliest.size()));
  }
}

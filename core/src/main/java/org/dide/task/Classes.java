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
import org.dide.tensor.Tensors;

/** A few classes of which exactly one is right. */
record Classes(List<String> names) {
  Classes {
    names = List.copyOf(names);
  }

  /**
   * 1 for the right class of each example, all 0 where it is not known: {@code (B, C)} float32.
   *
   * @throws InputException if an example is labelled otherwise
   */
  Tensor targets(List<Example> examples) {
    float[] targets = new float[examples.size() * names.size()];
    for (int row = 0; row < examples.size(); row++) {
      Example example = examples.get(row);
      if (example.label().isKnown()) {
        targets[row * names.size() + index(example)] = 1;
      }
    }
    return Tensors.of(targets, examples.size(), names.size());
  }

  private int index(Example example) {
    int found = example.label() instanceof Label.Choice one ? names.indexOf(one.name()) : -1;
    if (found < 0) {
      throw new InputException(
          "example %s: label: found %s, allowed are %s"
              .formatted(example.id(), example.label(), String.join(", ", names)));
    }
    return found;
  }

  /** Cross-entropy, averaged over examples. */
  Tensor hardLoss(Tensor logits, Tensor targets) {
    return cross_entropy_loss(logits, targets.argmax(new LongOptional(1), false)); // (B)
  }

  /** 1 where the class with the largest logit, the first of several, is the right one. */
  float[] scores(Tensor logits, Tensor targets) {
    Tensor best = logits.argmax(new LongOptional(1), true); // (B, 1)
    return Tensors.floats(targets.gather(1, best)); // (B, 1)
  }

  /** The likeliest classes, most likely first, with the probabilities of a softmax. */
  List<Answer> answers(float[] logits, int count) {
    double largest = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    List<Answer> answers = new ArrayList<>();
    for (int label = 0; label < logits.length; label++) {
      answers.add(new Answer(names.get(label), Math.exp(logits[label] - largest) / sum));
    }
    answers.sort(Comparator.comparingDouble(Answer::probability).reversed());
    return answers.subList(0, Math.min(count, answers.size()));
  }
}

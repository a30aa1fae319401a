package org.dide.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.distill.CrossModalAttention;
import org.dide.model.Observation;
import org.dide.task.Task;

/**
 * What the difference between a student and its teacher costs.
 *
 * @param total the weighted sum, a scalar with gradient
 * @param parts each part before weighting, by name: {@code hard}, {@code soft}, {@code t2i}, {@code
 *     i2t}
 */
public record Losses(Tensor total, Map<String, Tensor> parts) {

  /**
   * Compares what was learnt with what is known and what was taught.
   *
   * @param taught the teacher's observation of the same batch; empty without a teacher
   */
  public static Losses compare(
      Task task,
      LossWeights weights,
      Tensor targets,
      Observation learnt,
      Optional<Observation> taught) {
    Sum sum = new Sum();
    sum.add("hard", weights.hard(), task.hardLoss(learnt.logits(), targets));
    taught.ifPresent(
        teacher -> {
          sum.add("soft", weights.soft(), task.softLoss(learnt.logits(), teacher.logits()));
          if (weights.attention()) {
            addAttention(sum, weights, learnt, teacher);
          }
        });
    return new Losses(sum.total(), sum.parts);
  }

  /** Over several pictures the attention losses are added up, as the reference does. */
  private static void addAttention(
      Sum sum, LossWeights weights, Observation learnt, Observation taught) {
    for (int i = 0; i < learnt.interactions().size(); i++) {
      CrossModalAttention.Loss loss =
          CrossModalAttention.loss(
              learnt.interactions().get(i), taught.interactions().get(i), weights.queries());
      sum.add("t2i", weights.textToImage(), loss.textToImage());
      sum.add("i2t", weights.imageToText(), loss.imageToText());
    }
  }

  /** Adds weighted terms up, leaving out those of weight 0, which are only reported. */
  private static final class Sum {
    private final Map<String, Tensor> parts = new LinkedHashMap<>();
    private Optional<Tensor> total = Optional.empty();

    void add(String name, double weight, Tensor term) {
      parts.merge(name, term.detach(), Tensor::add);
      if (weight > 0) {
        Tensor weighted = weight == 1 ? term : term.mul(new Scalar(weight));
        total = Optional.of(total.map(sum -> sum.add(weighted)).orElse(weighted));
      }
    }

    Tensor total() {
      return total.orElseThrow();
    }
  }
}

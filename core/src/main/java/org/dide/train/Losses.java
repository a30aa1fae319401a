package org.dide.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.distill.AttentionPart;
import org.dide.distill.CrossModalAttention;
import org.dide.distill.SoftLabels;
import org.dide.model.Interaction;
import org.dide.model.Observation;
import org.dide.task.Task;

/**
 * What the difference between a student and its teacher costs.
 *
 * @param total the weighted sum, a scalar with gradient
 * @param parts each part before weighting, by name: {@code hard}; with a teacher {@code soft};
 *     where attention is distilled {@code t2i}, {@code i2t}, and those of {@code t2t}, {@code i2i},
 *     {@code whole} that have a weight
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
    sum.add("hard", weights.hard(), task.hardLoss(learnt, targets));
    taught.ifPresent(
        teacher -> {
          sum.add(
              "soft",
              weights.soft(),
              SoftLabels.at(
                  weights.temperature(), learnt.logits(), teacher.logits(), task::softLoss));
          if (weights.attention()) {
            addAttention(sum, weights, learnt, teacher);
          }
        });
    return new Losses(sum.total(), sum.parts);
  }

  /** Over several pictures the attention losses are added up, as the reference does. */
  private static void addAttention(
      Sum sum, LossWeights weights, Observation learnt, Observation taught) {
    for (int i = 0; i < learnt.pictures().size(); i++) {
      for (AttentionPart part : AttentionPart.values()) {
        double weight = weights.weight(part);
        if (weight > 0 || part.crossModal()) {
          sum.add(
              part.shortName(),
              weight,
              meanOverLayers(part, weights, learnt.pictures().get(i), taught.pictures().get(i)));
        }
      }
    }
  }

  /** Averaged, so that a weight means the same for any number of layers. */
  private static Tensor meanOverLayers(
      AttentionPart part, LossWeights weights, List<Interaction> learnt, List<Interaction> taught) {
    Tensor sum = CrossModalAttention.loss(part, learnt.get(0), taught.get(0), weights.queries());
    for (int i = 1; i < learnt.size(); i++) {
      sum =
          sum.add(CrossModalAttention.loss(part, learnt.get(i), taught.get(i), weights.queries()));
    }
    return learnt.size() == 1 ? sum : sum.div(new Scalar((double) learnt.size()));
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

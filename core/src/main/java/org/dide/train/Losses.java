package org.dide.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.distill.CrossModalAttention;
import org.dide.distill.SoftLabels;
import org.dide.model.Interaction;
import org.dide.model.JoinView;
import org.dide.model.Observation;
import org.dide.task.Task;

/**
 * What the difference between a student and its teacher costs.
 *
 * @param total the weighted sum, a scalar with gradient
 * @param parts each part before weighting, by name: {@code hard}; with a teacher {@code soft};
 *     where the attention of both models' layers is compared {@code t2i}, {@code i2t}, and those of
 *     {@code t2t}, {@code i2i}, {@code whole} that have a weight; of an attentive join {@code join}
 *     where any attention is distilled, and {@code mlp-hard} and {@code mlp-soft} of the MLP join
 *     beside it; in pre-training {@code contrast}, {@code matching}, {@code words}, {@code
 *     alignment}, and with a teacher {@code soft-matching}, {@code soft-words} in place of hard and
 *     soft
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
    return exactly(task, weights, targets, learnt.exact(), taught.map(Observation::exact));
  }

  private static Losses exactly(
      Task task,
      LossWeights weights,
      Tensor targets,
      Observation learnt,
      Optional<Observation> taught) {
    LossSum sum = new LossSum();
    sum.add("hard", weights.hard(), task.hardLoss(learnt, targets));
    taught.ifPresent(
        teacher -> {
          sum.add(
              "soft",
              weights.soft(),
              SoftLabels.at(
                  weights.temperature(), learnt.logits(), teacher.logits(), task::softLoss));
          if (weights.layerAttention()) {
            addAttention(sum, weights, learnt, teacher);
          }
          if (weights.attention()) {
            learnt.join().ifPresent(join -> addJoinAttention(sum, weights, join, teacher));
          }
        });
    learnt.quick().ifPresent(quick -> addQuick(sum, task, weights, targets, quick, taught));
    return sum.losses();
  }

  /** What the MLP join beside an attentive one answers. */
  private static void addQuick(
      LossSum sum,
      Task task,
      LossWeights weights,
      Tensor targets,
      Observation quick,
      Optional<Observation> taught) {
    sum.add("mlp-hard", weights.mlpJoin() * weights.hard(), task.hardLoss(quick, targets));
    taught.ifPresent(
        teacher ->
            sum.add(
                "mlp-soft",
                weights.mlpJoin() * weights.soft(),
                SoftLabels.at(
                    weights.temperature(), quick.logits(), teacher.logits(), task::softLoss)));
  }

  /** Over several pictures added up, as the attention of the models' own layers is. */
  private static void addJoinAttention(
      LossSum sum, LossWeights weights, JoinView join, Observation taught) {
    for (int i = 0; i < join.attention().size(); i++) {
      addJoinAttention(sum, weights, join.attention().get(i), taught.pictures().get(i));
    }
  }

  /**
   * Against the teacher's attention: the join's last layer in the last that is compared, the one
   * before in the one before, as far as both go; their mean.
   */
  private static void addJoinAttention(
      LossSum sum, LossWeights weights, List<Tensor> layers, List<Interaction> taught) {
    List<Tensor> losses = new ArrayList<>();
    for (int back = 1; back <= Math.min(layers.size(), taught.size()); back++) {
      losses.add(
          CrossModalAttention.loss(
              layers.get(layers.size() - back),
              taught.get(taught.size() - back),
              weights.queries()));
    }
    sum.add("join", weights.joinAttention(), LossSum.mean(losses));
  }

  /** Over several pictures the attention losses are added up, as the reference does. */
  private static void addAttention(
      LossSum sum, LossWeights weights, Observation learnt, Observation taught) {
    for (int i = 0; i < learnt.pictures().size(); i++) {
      sum.addAttention(weights, learnt.pictures().get(i), taught.pictures().get(i), 1);
    }
  }
}

package org.dide.verify;

import static org.bytedeco.pytorch.global.torch.log_softmax;
import static org.bytedeco.pytorch.global.torch.softmax;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.distill.AttentionPart;
import org.dide.distill.CrossModalAttention;
import org.dide.distill.CrossModalAttention.Queries;
import org.dide.model.Observation;
import org.dide.task.Classification;
import org.dide.task.Task;
import org.dide.train.LossWeights;
import org.dide.train.Losses;

/**
 * The losses of one training step, weighted as the reference does: known answers without a teacher;
 * the teacher's answers and attention with one, known answers then being logged as 0.
 *
 * @param losses ours
 * @param learnt what the trained model made of the batch
 * @param taught what its teacher did
 * @param entropy of the teacher's answers where the soft loss is a divergence, else 0
 */
record StepLosses(Losses losses, Observation learnt, Optional<Observation> taught, double entropy) {
  private static final LossWeights ALONE = new LossWeights(1, 0, 0, 0, Queries.ALL);
  private static final LossWeights DISTILLING = new LossWeights(0, 1, 1, 1, Queries.ALL);
  private static final String ATTENTION = "attention_loss";

  static StepLosses of(
      Task task, Tensor targets, Observation learnt, Optional<Observation> taught) {
    LossWeights weights = taught.isPresent() ? DISTILLING : ALONE;
    return new StepLosses(
        Losses.compare(task, weights, targets, learnt, taught),
        learnt,
        taught,
        taught
            .filter(teacher -> task instanceof Classification)
            .map(StepLosses::entropy)
            .orElse(0.0));
  }

  private static double entropy(Observation teacher) {
    Tensor logits = teacher.logits().to(ScalarType.Double);
    return -softmax(logits, -1).mul(log_softmax(logits, -1)).sum(-1).mean().item_double();
  }

  /** The reference's names, in {@code expected_scalars} and in logs, with our values. */
  Map<String, Double> scalars(String task) {
    Map<String, Double> scalars = new HashMap<>();
    double total = losses.total().item_double();
    scalars.put("total_loss", total);
    scalars.put("total", total);
    scalars.put(task + "_loss", taught.isPresent() ? 0 : part("hard"));
    if (taught.isPresent()) {
      scalars.put("soft_" + task + "_loss", part("soft"));
      scalars.put(ATTENTION, part("t2i") + part("i2t"));
      scalars.put(ATTENTION + ".t2i", part("t2i"));
      scalars.put(ATTENTION + ".i2t", part("i2t"));
      addEachPicture(scalars, taught.get());
    }
    return scalars;
  }

  private void addEachPicture(Map<String, Double> scalars, Observation teacher) {
    for (int i = 0; i < learnt.interactions().size(); i++) {
      for (AttentionPart part : List.of(AttentionPart.TEXT_TO_IMAGE, AttentionPart.IMAGE_TO_TEXT)) {
        Tensor loss =
            CrossModalAttention.loss(
                part, learnt.interactions().get(i), teacher.interactions().get(i), Queries.ALL);
        scalars.put(ATTENTION + ".%s_image%d".formatted(part.shortName(), i), loss.item_double());
      }
    }
  }

  private double part(String name) {
    return java.util.Objects.requireNonNull(losses.parts().get(name)).item_double();
  }

  /**
   * How far each expected scalar may be off; a sum as far as its terms together.
   *
   * <p>A divergence is what is left of a cross-entropy when the teacher's entropy is taken away,
   * and is as exact as these two are: after a few steps the reference's own divergences are off by
   * up to 8 millionths of what is left, as the same steps in double precision show.
   */
  Map<String, Double> bounds(Map<String, Double> expected) {
    double attention = Math.abs(expected.getOrDefault(ATTENTION, 0.0));
    Map<String, Double> bounds = new HashMap<>();
    expected.forEach(
        (name, value) -> {
          if (name.startsWith(ATTENTION)) {
            bounds.put(name, Tolerance.ATTENTION_LOSS * Math.abs(value));
          } else if (name.startsWith("total")) {
            double rest = Math.abs(Math.abs(value) - attention);
            bounds.put(
                name, Tolerance.LOSS * (rest + entropy) + Tolerance.ATTENTION_LOSS * attention);
          } else if (name.startsWith("soft_")) {
            bounds.put(name, Tolerance.LOSS * (Math.abs(value) + entropy));
          } else {
            bounds.put(name, Tolerance.LOSS * Math.abs(value));
          }
        });
    return bounds;
  }
}

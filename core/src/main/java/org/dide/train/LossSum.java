package org.dide.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.distill.AttentionPart;
import org.dide.distill.CrossModalAttention;
import org.dide.model.Interaction;

/** Adds weighted terms up, leaving out those of weight 0, which are only reported. */
final class LossSum {
  private final Map<String, Tensor> parts = new LinkedHashMap<>();
  private Optional<Tensor> total = Optional.empty();

  /** Adds a term; terms of one name are reported as their sum, before weighting. */
  void add(String name, double weight, Tensor term) {
    parts.merge(name, term.detach(), Tensor::add);
    if (weight > 0) {
      Tensor weighted = scaled(term, weight);
      total = Optional.of(total.map(sum -> sum.add(weighted)).orElse(weighted));
    }
  }

  /**
   * Adds the attention losses of one text beside one picture.
   *
   * @param share each is multiplied by, reported so too
   */
  void addAttention(
      LossWeights weights, List<Interaction> learnt, List<Interaction> taught, double share) {
    for (AttentionPart part : AttentionPart.values()) {
      double weight = weights.weight(part);
      if (weight > 0 || part.crossModal()) {
        Tensor loss = meanOverLayers(part, weights, learnt, taught);
        add(part.shortName(), weight, scaled(loss, share));
      }
    }
  }

  Losses losses() {
    return new Losses(total.orElseThrow(), parts);
  }

  private static Tensor meanOverLayers(
      AttentionPart part, LossWeights weights, List<Interaction> learnt, List<Interaction> taught) {
    return mean(
        IntStream.range(0, learnt.size())
            .mapToObj(
                i ->
                    CrossModalAttention.loss(part, learnt.get(i), taught.get(i), weights.queries()))
            .toList());
  }

  /** Of what each layer costs, so that a weight means the same for any number of them. */
  static Tensor mean(List<Tensor> layers) {
    Tensor sum = layers.stream().reduce(Tensor::add).orElseThrow();
    return layers.size() == 1 ? sum : sum.div(new Scalar((double) layers.size()));
  }

  private static Tensor scaled(Tensor term, double factor) {
    return factor == 1 ? term : term.mul(new Scalar(factor));
  }
}

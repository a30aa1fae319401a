package org.dide.distill;

import static org.bytedeco.pytorch.global.torch.ones_like;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.model.Look;
import org.dide.tensor.Precision;

/**
 * Word-patch alignment (ViLT, section 3.3): how much it costs to carry a text's words onto a
 * picture's patches, each word to the patches it resembles. Matching pairs are to cost little,
 * others much.
 *
 * <p>The plan by which words are carried is the optimal transport, approximated by IPOT (Xie et
 * al., UAI 2019): proximal steps of one Sinkhorn iteration each. No gradient flows through it.
 */
public final class WordPatchAlignment {
  /** What the published loss is multiplied by. */
  public static final double WEIGHT = 0.1;

  private static final double STEP = 0.5; // IPOT's beta
  private static final int STEPS = 50;
  private static final double SMALLEST_NORM = 1e-5;

  private WordPatchAlignment() {}

  /**
   * What words are carried between.
   *
   * @param cost one minus the cosine of each word with each patch, {@code (P, T, 1+N)}; 0 where
   *     either is padding or a special token
   * @param plan what is carried of each word to each patch, {@code (P, 1+N, T)}
   */
  public record Transport(Tensor cost, Tensor plan) {
    /** What it costs each pair: {@code (P)}. */
    public Tensor distance() {
      return cost.mul(plan.transpose(1, 2)).sum(new long[] {1, 2}, false, new ScalarTypeOptional());
    }
  }

  /**
   * The loss, a scalar: the published weight, 0.1, is in it.
   *
   * @param look at pairs, by a model that sees both at once
   * @param labels {@code (P)}, 1 for pairs that match and 0 for others
   */
  public static Tensor loss(Look look, Tensor labels) {
    Tensor sign = labels.mul(new Scalar(2.0)).sub(new Scalar(1.0)); // (P)
    try (Precision.Exact exact = Precision.exact(labels)) {
      return transport(look).distance().mul(sign).mean().mul(new Scalar(WEIGHT));
    }
  }

  /** The words of each pair, carried to its patches. */
  public static Transport transport(Look look) {
    Tensor text = look.interactions().get(0).textMask().real(); // (P, T)
    Tensor picture = look.interactions().get(0).pictureMask().real(); // (P, 1+N)
    Tensor words = words(text);
    Tensor patches = withoutFirst(picture);
    Tensor states = look.together().orElseThrow().states().to(ScalarType.Float);
    Tensor cost =
        cost(
            states.narrow(1, 0, text.size(1)), // (P, T, D)
            states.narrow(1, text.size(1), picture.size(1)), // (P, 1+N, D)
            words.unsqueeze(2).logical_and(patches.unsqueeze(1))); // (P, T, 1+N)
    try (NoGradGuard guard = new NoGradGuard()) {
      return new Transport(cost, plan(cost.detach(), words, patches));
    }
  }

  /** Real tokens but the first and each text's last, [CLS] and [SEP]. */
  private static Tensor words(Tensor real) {
    Tensor words = zeros_like(real);
    long inner = real.size(1) - 1;
    words.narrow(1, 0, inner).copy_(real.narrow(1, 1, inner)); // a next one follows
    return withoutFirst(words);
  }

  private static Tensor withoutFirst(Tensor real) {
    Tensor rest = real.clone();
    rest.select(1, 0).fill_(new Scalar(0));
    return rest;
  }

  private static Tensor cost(Tensor words, Tensor patches, Tensor both) {
    Tensor cosines = unit(words).matmul(unit(patches).transpose(1, 2)); // (P, T, 1+N)
    return ones_like(cosines).sub(cosines).masked_fill(both.logical_not(), new Scalar(0.0));
  }

  private static Tensor unit(Tensor vectors) {
    Tensor norm =
        vectors.norm(
            new org.bytedeco.pytorch.ScalarOptional(new Scalar(2.0)), new long[] {-1}, true);
    return vectors.div(norm.clamp_min(new Scalar(SMALLEST_NORM)));
  }

  /** IPOT: {@code (P, 1+N, T)}. */
  private static Tensor plan(Tensor cost, Tensor words, Tensor patches) {
    Tensor both = patches.unsqueeze(2).logical_and(words.unsqueeze(1)); // (P, 1+N, T)
    Tensor none = both.logical_not();
    Tensor affinity = cost.transpose(1, 2).div(new Scalar(-STEP)).exp(); // (P, 1+N, T)
    affinity = affinity.masked_fill(none, new Scalar(0.0));
    Tensor plan = both.to(ScalarType.Float);
    Tensor wordShare = count(words).reciprocal(); // (P, 1, 1)
    Tensor patchShare = count(patches).reciprocal(); // (P, 1, 1)
    Tensor scaleOfWords = words.unsqueeze(2).to(ScalarType.Float).mul(wordShare); // (P, T, 1)
    for (int step = 0; step < STEPS; step++) {
      Tensor kernel = affinity.mul(plan);
      Tensor scaleOfPatches = quotient(patchShare, kernel.matmul(scaleOfWords));
      scaleOfWords =
          quotient(wordShare, kernel.transpose(1, 2).matmul(scaleOfPatches)); // (P, T, 1)
      plan = scaleOfPatches.mul(kernel).mul(scaleOfWords.transpose(1, 2));
    }
    return plan;
  }

  private static Tensor count(Tensor real) {
    return real.to(ScalarType.Float)
        .sum(new long[] {1}, true, new ScalarTypeOptional())
        .clamp_min(new Scalar(1.0))
        .unsqueeze(2); // (P, 1, 1)
  }

  /** Padding has no mass to be divided by, and carries nothing, however much it is scaled. */
  private static Tensor quotient(Tensor share, Tensor mass) {
    return share.div(mass.clamp_min(new Scalar((double) Float.MIN_NORMAL)));
  }
}

package org.dide.distill;

import static org.bytedeco.pytorch.global.torch.log_softmax;
import static org.bytedeco.pytorch.global.torch.logsumexp;
import static org.bytedeco.pytorch.global.torch.softmax;
import static org.bytedeco.pytorch.global.torch.where;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.model.Interaction;
import org.dide.model.Mask;
import org.dide.tensor.Precision;

/**
 * Cross-modal attention distillation (DiDE, section 3.2): the student's text-to-image and
 * image-to-text attention is drawn towards the teacher's. The same formula serves the other parts
 * of the joint matrix, which DiDE's are compared with ({@link AttentionPart}).
 *
 * <p>For text-to-image, with text queries {@code Q} and picture keys {@code K} of one block of each
 * model,
 *
 * <pre>
 *   A = softmax over real picture tokens of Q Kᵀ / √d
 *   loss = mean over pairs, heads and text queries of KL(A_teacher ‖ A_student)
 * </pre>
 *
 * and likewise for image-to-text and within a modality: the teacher's distribution is renormalised
 * over the keys of that part only. Over the whole matrix there is one distribution over the keys of
 * both modalities, which a student forms from both towers' keys side by side. A key with target
 * probability 0 costs 0.
 *
 * <p>{@code d} is the student's width of a head, for both models, as in the reference. Where they
 * have unequal numbers of heads, no head of one belongs to a head of the other: each model's
 * distributions are averaged over its heads before they are compared.
 */
public final class CrossModalAttention {
  private static final double LEAST = 1e-9; // of a probability, so that its logarithm is finite

  private CrossModalAttention() {}

  /** Which queries the mean is taken over. */
  public enum Queries {
    /** All, padding included, as in the reference; the value depends on a batch's padding. */
    ALL,
    /** Real ones only; independent of padding. */
    VALID
  }

  /**
   * The loss of one part of one picture's interaction, in one layer: a scalar. Gradients flow into
   * the student's queries and keys.
   */
  public static Tensor loss(
      AttentionPart part, Interaction student, Interaction teacher, Queries queries) {
    AttentionPart.Tokens asking = part.asking(student);
    AttentionPart.Tokens asked = part.asked(student);
    return divergence(
        asking.attention().queries(),
        asked.attention().keys(),
        part.asking(teacher).attention().queries(),
        part.asked(teacher).attention().keys(),
        asking.mask(),
        asked.mask(),
        queries);
  }

  /**
   * Where a text looks: the distribution of each text query over the picture's tokens, as the loss
   * compares it, scaled by the model's own width.
   *
   * @return {@code (B, H, T, 1+N)} float32, the picture's [CLS] first; 0 on padding
   */
  public static Tensor textToImage(Interaction interaction) {
    Tensor queries = interaction.text().queries();
    return softmax(
        scores(queries, interaction.picture().keys(), scale(queries), interaction.pictureMask()),
        -1);
  }

  /**
   * The loss of where a join itself looks, against the teacher's text-to-image attention: the same
   * divergence, each model's distribution from its own width.
   *
   * @param learnt {@code (B, H, T, 1+N)}, adding up to 1 over a picture's real tokens
   */
  public static Tensor loss(Tensor learnt, Interaction teacher, Queries queries) {
    Tensor asking = teacher.text().queries().detach();
    Tensor scores =
        scores(asking, teacher.picture().keys().detach(), scale(asking), teacher.pictureMask());
    Tensor logarithms =
        learnt.to(ScalarType.Float).clamp_min(new Scalar(LEAST)).log(); // (B, H, T, 1+N)
    return divergence(logarithms, scores, teacher.textMask(), teacher.pictureMask(), queries);
  }

  private static Tensor divergence(
      Tensor studentQueries,
      Tensor studentKeys,
      Tensor teacherQueries,
      Tensor teacherKeys,
      Mask queryMask,
      Mask keyMask,
      Queries queries) {
    double scale = scale(studentQueries); // for both, as in the reference
    Tensor learnt =
        log_softmax(scores(studentQueries, studentKeys, scale, keyMask), -1); // (B, H, Q, K)
    Tensor scores =
        scores(teacherQueries.detach(), teacherKeys.detach(), scale, keyMask); // (B, H, Q, K)
    return divergence(learnt, scores, queryMask, keyMask, queries);
  }

  /** Of the teacher's distribution, from its scores, from a learnt one's logarithms. */
  private static Tensor divergence(
      Tensor learnt, Tensor scores, Mask queryMask, Mask keyMask, Queries queries) {
    Tensor target = softmax(scores, -1);
    Tensor wanted = log_softmax(scores, -1);
    if (learnt.size(1) != wanted.size(1)) {
      learnt = meanOverHeads(learnt, keyMask); // (B, 1, Q, K)
      wanted = meanOverHeads(wanted, keyMask); // (B, 1, Q, K)
      target = target.mean(new long[] {1}, true, new ScalarTypeOptional()); // (B, 1, Q, K)
    }
    Tensor difference = wanted.sub(learnt);
    Tensor terms = target.mul(keyMask.full() ? difference : zeroWhereMasked(difference, keyMask));
    Tensor perQuery = terms.sum(-1); // (B, H, Q)
    return queries == Queries.ALL || queryMask.full()
        ? perQuery.mean()
        : meanOverReal(perQuery, queryMask);
  }

  /** The logarithm of the mean over heads of distributions {@code (B, H, Q, K)}; 0 on padding. */
  private static Tensor meanOverHeads(Tensor logarithms, Mask keyMask) {
    Tensor finite = keyMask.full() ? logarithms : zeroWhereMasked(logarithms, keyMask);
    return logsumexp(finite, new long[] {1}, true) // (B, 1, Q, K)
        .sub(new Scalar(Math.log((double) logarithms.size(1))));
  }

  private static double scale(Tensor queries) {
    return 1 / Math.sqrt((double) queries.size(3)); // (B, H, T, Dh)
  }

  /** Scaled scores, minus infinity on keys that are padding. */
  private static Tensor scores(Tensor queries, Tensor keys, double scale, Mask keyMask) {
    Tensor scores = products(queries, keys).mul(new Scalar(scale)); // (B, H, Q, K)
    return keyMask.full()
        ? scores
        : scores.masked_fill(keyMask.keys().logical_not(), new Scalar(Double.NEGATIVE_INFINITY));
  }

  private static Tensor products(Tensor queries, Tensor keys) {
    try (Precision.Exact exact = Precision.exact(queries)) {
      return queries
          .to(ScalarType.Float)
          .matmul(keys.to(ScalarType.Float).transpose(2, 3)); // (B, H, Q, K)
    }
  }

  /** Minus infinity less minus infinity is not a number, and its gradient neither. */
  private static Tensor zeroWhereMasked(Tensor terms, Mask keyMask) {
    return where(keyMask.keys(), terms, zeros_like(terms));
  }

  private static Tensor meanOverReal(Tensor perQuery, Mask queryMask) {
    Tensor weights = queryMask.real().unsqueeze(1).to(ScalarType.Float); // (B, 1, Q)
    Tensor count = weights.sum().mul(new Scalar(perQuery.size(1))); // pairs and heads and queries
    return perQuery.mul(weights).sum().div(count);
  }
}

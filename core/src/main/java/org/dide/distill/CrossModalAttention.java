package org.dide.distill;

import static org.bytedeco.pytorch.global.torch.log_softmax;
import static org.bytedeco.pytorch.global.torch.softmax;
import static org.bytedeco.pytorch.global.torch.where;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.model.Interaction;
import org.dide.model.Mask;

/**
 * Cross-modal attention distillation (DiDE, section 3.2): the student's text-to-image and
 * image-to-text attention is drawn towards the teacher's.
 *
 * <p>For text-to-image, with text queries {@code Q} and picture keys {@code K} of the last block,
 *
 * <pre>
 *   A = softmax over real picture tokens of Q Kᵀ / √d
 *   loss = mean over pairs, heads and text queries of KL(A_teacher ‖ A_student)
 * </pre>
 *
 * and the other way round for image-to-text. The teacher's distribution is renormalised over the
 * other modality only. A key with target probability 0 costs 0.
 */
public final class CrossModalAttention {
  private CrossModalAttention() {}

  /** Which queries the mean is taken over. */
  public enum Queries {
    /** All, padding included, as in the reference; the value depends on a batch's padding. */
    ALL,
    /** Real ones only; independent of padding. */
    VALID
  }

  /**
   * Both directions, scalars.
   *
   * @param textToImage text queries over picture keys
   * @param imageToText picture queries over text keys
   */
  public record Loss(Tensor textToImage, Tensor imageToText) {}

  /** The loss of one picture's interaction. Gradients flow into the student's queries and keys. */
  public static Loss loss(Interaction student, Interaction teacher, Queries queries) {
    return new Loss(
        divergence(
            student.text().queries(),
            student.picture().keys(),
            teacher.text().queries(),
            teacher.picture().keys(),
            student.textMask(),
            student.pictureMask(),
            queries),
        divergence(
            student.picture().queries(),
            student.text().keys(),
            teacher.picture().queries(),
            teacher.text().keys(),
            student.pictureMask(),
            student.textMask(),
            queries));
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
    Tensor wanted =
        scores(teacherQueries.detach(), teacherKeys.detach(), scale, keyMask); // (B, H, Q, K)
    Tensor target = softmax(wanted, -1);
    Tensor difference = log_softmax(wanted, -1).sub(learnt);
    Tensor terms = target.mul(keyMask.full() ? difference : zeroWhereMasked(difference, keyMask));
    Tensor perQuery = terms.sum(-1); // (B, H, Q)
    return queries == Queries.ALL || queryMask.full()
        ? perQuery.mean()
        : meanOverReal(perQuery, queryMask);
  }

  private static double scale(Tensor queries) {
    return 1 / Math.sqrt((double) queries.size(3)); // (B, H, T, Dh)
  }

  /** Scaled scores, minus infinity on keys that are padding. */
  private static Tensor scores(Tensor queries, Tensor keys, double scale, Mask keyMask) {
    Tensor scores =
        queries
            .to(ScalarType.Float)
            .matmul(keys.to(ScalarType.Float).transpose(2, 3)) // (B, H, Q, K)
            .mul(new Scalar(scale));
    return keyMask.full()
        ? scores
        : scores.masked_fill(keyMask.keys().logical_not(), new Scalar(Double.NEGATIVE_INFINITY));
  }

  /** Minus infinity less minus infinity is not a number, and its gradient neither. */
  private static Tensor zeroWhereMasked(Tensor difference, Mask keyMask) {
    return where(keyMask.keys(), difference, zeros_like(difference));
  }

  private static Tensor meanOverReal(Tensor perQuery, Mask queryMask) {
    Tensor weights = queryMask.real().unsqueeze(1).to(ScalarType.Float); // (B, 1, Q)
    Tensor count = weights.sum().mul(new Scalar(perQuery.size(1))); // pairs and heads and queries
    return perQuery.mul(weights).sum().div(count);
  }
}

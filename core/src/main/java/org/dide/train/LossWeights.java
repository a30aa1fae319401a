package org.dide.train;

import org.dide.InputException;
import org.dide.distill.AttentionPart;
import org.dide.distill.CrossModalAttention.Queries;
import org.dide.distill.Layers;

/**
 * What a training minimises. DiDE replaces the hard labels by the teacher's when it distils, so
 * {@code hard} is 0 there and 1 in training without a teacher.
 *
 * @param hard weight of the loss against known answers
 * @param soft weight of the loss against the teacher's answers
 * @param temperature by which both models' logits are divided in the loss against the teacher's
 *     answers
 * @param textToImage weight of the text-to-image attention loss
 * @param imageToText weight of the image-to-text attention loss
 * @param withinText weight of the attention loss of text over text
 * @param withinImage weight of the attention loss of picture over picture
 * @param whole weight of the attention loss of both over both
 * @param joinAttention weight of the loss of an attentive join's own attention, text over picture
 * @param mlpJoin weight, times hard and times soft, of the answers of the MLP join beside an
 *     attentive one; without one it weighs nothing
 * @param queries which queries the attention losses are averaged over
 * @param layers which layers' attention is compared; the losses of several are averaged
 */
public record LossWeights(
    double hard,
    double soft,
    double temperature,
    double textToImage,
    double imageToText,
    double withinText,
    double withinImage,
    double whole,
    double joinAttention,
    double mlpJoin,
    Queries queries,
    Layers layers) {
  /** Refuses weights that say nothing, and settings of what weighs nothing. */
  public LossWeights {
    requireWeight("hard", hard);
    requireWeight("soft", soft);
    requireWeight("text-to-image", textToImage);
    requireWeight("image-to-text", imageToText);
    requireWeight("within-text", withinText);
    requireWeight("within-image", withinImage);
    requireWeight("whole", whole);
    requireWeight("join-attention", joinAttention);
    requireWeight("mlp-join", mlpJoin);
    double attention = textToImage + imageToText + withinText + withinImage + whole + joinAttention;
    if (hard + soft + attention == 0) {
      throw new InputException("losses: all weights are 0, allowed is at least one above 0");
    }
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw refused("temperature", temperature, "above 0");
    }
    if (temperature != 1 && soft == 0) {
      throw refused("temperature", temperature, "1 where soft is 0");
    }
    if (attention == 0 && !layers.equals(Layers.Rule.LAST)) {
      throw refused("layers", layers.shown(), "last where no attention is distilled");
    }
  }

  /** DiDE's losses: soft labels as they are, and cross-modal attention in the last layers. */
  public LossWeights(
      double hard, double soft, double textToImage, double imageToText, Queries queries) {
    this(hard, soft, 1, textToImage, imageToText, 0, 0, 0, 0, 1, queries, Layers.Rule.LAST);
  }

  /** Whether a teacher is needed. */
  public boolean needTeacher() {
    return soft > 0 || attention();
  }

  /** Whether attention is distilled, be it an attentive join's alone. */
  public boolean attention() {
    return joinAttention > 0 || layerAttention();
  }

  /** Whether the attention of both models' own layers is compared. */
  boolean layerAttention() {
    for (AttentionPart part : AttentionPart.values()) {
      if (weight(part) > 0) {
        return true;
      }
    }
    return false;
  }

  /** The weight of one part's attention loss. */
  public double weight(AttentionPart part) {
    return switch (part) {
      case TEXT_TO_IMAGE -> textToImage;
      case IMAGE_TO_TEXT -> imageToText;
      case WITHIN_TEXT -> withinText;
      case WITHIN_IMAGE -> withinImage;
      case WHOLE -> whole;
    };
  }

  private static void requireWeight(String key, double weight) {
    if (!(weight >= 0 && Double.isFinite(weight))) {
      throw refused(key, weight, "0 or more");
    }
  }

  private static InputException refused(String key, Object found, String allowed) {
    return new InputException("losses: %s: found %s, allowed is %s".formatted(key, found, allowed));
  }
}

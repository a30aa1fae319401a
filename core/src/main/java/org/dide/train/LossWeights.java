package org.dide.train;

import org.dide.InputException;
import org.dide.distill.CrossModalAttention.Queries;

/**
 * What a training minimises. DiDE replaces the hard labels by the teacher's when it distils, so
 * {@code hard} is 0 there and 1 in training without a teacher.
 *
 * @param hard weight of the loss against known answers
 * @param soft weight of the loss against the teacher's answers
 * @param textToImage weight of the text-to-image attention loss
 * @param imageToText weight of the image-to-text attention loss
 * @param queries which queries the attention loss is averaged over
 */
public record LossWeights(
    double hard, double soft, double textToImage, double imageToText, Queries queries) {
  /** Refuses weights that say nothing. */
  public LossWeights {
    if (hard < 0 || soft < 0 || textToImage < 0 || imageToText < 0) {
      throw new InputException("losses: a weight is negative, allowed are 0 and more");
    }
    if (hard + soft + textToImage + imageToText == 0) {
      throw new InputException("losses: all weights are 0, allowed is at least one above 0");
    }
  }

  /** Whether a teacher is needed. */
  public boolean needTeacher() {
    return soft > 0 || attention();
  }

  /** Whether attention is distilled. */
  public boolean attention() {
    return textToImage > 0 || imageToText > 0;
  }
}

package org.dide.train;

import org.dide.InputException;

/**
 * What a model is pre-trained with, where the task is pretraining. Each weight multiplies what
 * {@link LossWeights#hard} and {@link LossWeights#soft} multiply too.
 *
 * @param contrast weight of texts against pictures (ITC), which two towers have
 * @param matching weight of whether a text and a picture match (ITM)
 * @param words weight of the words that texts hide (MLM)
 * @param alignment weight of words laid onto patches, which a fusion encoder has, in units of the
 *     published one
 * @param hiddenShare of a text's tokens or words that are hidden, above 0 and up to 1
 * @param wholeWords whether the pieces of a word are hidden together
 * @param wrongTexts whether two towers are asked of a wrong text for each picture, beside a wrong
 *     picture for each text
 */
public record PretrainingSettings(
    double contrast,
    double matching,
    double words,
    double alignment,
    double hiddenShare,
    boolean wholeWords,
    boolean wrongTexts) {
  /** Refuses what nothing can be learnt from. */
  public PretrainingSettings {
    requireWeight("contrast", contrast);
    requireWeight("matching", matching);
    requireWeight("words", words);
    requireWeight("alignment", alignment);
    if (contrast + matching + words + alignment == 0) {
      throw new InputException("pretraining: all weights are 0, allowed is at least one above 0");
    }
    if (!(hiddenShare > 0 && hiddenShare <= 1)) {
      throw refused("hidden-share", hiddenShare, "above 0 and at most 1");
    }
  }

  /** Refuses weights of what a kind of model does not have, or of what nothing teaches. */
  void requireSuited(Recipe.ModelKind kind, LossWeights losses) {
    requireFor(kind);
    if (losses.hard() == 0 && kind == Recipe.ModelKind.DUAL && contrast > 0) {
      throw refused("contrast", contrast, "0 where losses.hard is 0, as no teacher scores it");
    }
    if (losses.hard() == 0 && alignment > 0) {
      throw refused("alignment", alignment, "0 where losses.hard is 0, as no teacher scores it");
    }
    if (losses.soft() > 0 && !losses.attention() && matching + words == 0) {
      throw new InputException(
          "losses: soft: found %s, allowed is 0 where pretraining.matching and pretraining.words are 0"
              .formatted(losses.soft()));
    }
  }

  private void requireFor(Recipe.ModelKind kind) {
    if (kind == Recipe.ModelKind.DUAL && alignment > 0) {
      throw refused("alignment", alignment, "0 for a dual model, whose words never meet patches");
    }
    if (kind == Recipe.ModelKind.FUSION && matching + words + alignment == 0) {
      throw refused("contrast", contrast, "another weight above 0 beside it for a fusion model");
    }
  }

  private static void requireWeight(String key, double weight) {
    if (!(weight >= 0 && Double.isFinite(weight))) {
      throw refused(key, weight, "0 or more");
    }
  }

  private static InputException refused(String key, Object found, String allowed) {
    return new InputException(
        "pretraining: %s: found %s, allowed is %s".formatted(key, found, allowed));
  }
}

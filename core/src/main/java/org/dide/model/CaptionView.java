package org.dide.model;

import org.bytedeco.pytorch.Tensor;
import org.dide.text.HiddenWords;
import org.dide.text.TokenBatch;

/**
 * A batch of captions and their pictures before a model that is being pre-trained: what was seen of
 * either is used again for each thing that is asked.
 */
public sealed interface CaptionView permits FusionView, TowerView {
  /** Whether texts and pictures match, pair by pair. */
  Look match(Pairs pairs);

  /**
   * Which words the texts hide, each text beside the picture of its row.
   *
   * @param hidden the texts with words hidden, and where
   */
  Look words(HiddenWords hidden);

  /**
   * The states of hidden tokens.
   *
   * @param states {@code (B, T, D)}
   * @return {@code (M, D)}
   */
  static Tensor atHidden(Tensor states, HiddenWords hidden) {
    TokenBatch texts = hidden.texts();
    long width = states.size(2);
    // A fusion encoder's states go on with the picture's.
    return states
        .narrow(1, 0, texts.length())
        .reshape(-1, width) // (B * T, D)
        .index_select(0, hidden.places()); // (M, D)
  }
}

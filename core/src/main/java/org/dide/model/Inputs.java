package org.dide.model;

import java.util.List;
import org.dide.image.PixelBatch;
import org.dide.text.TokenBatch;

/**
 * What a model looks at.
 *
 * @param text B texts
 * @param pictures the first picture of each example, then the second where there are pairs
 * @param pairing which texts and pictures a fusion encoder with a matching head scores
 */
public record Inputs(TokenBatch text, List<PixelBatch> pictures, Pairing pairing) {
  /** Keeps an unmodifiable copy of the list. */
  public Inputs {
    pictures = List.copyOf(pictures);
  }

  /** Each text is looked at beside its own pictures only. */
  public Inputs(TokenBatch text, List<PixelBatch> pictures) {
    this(text, pictures, Pairing.OWN);
  }
}

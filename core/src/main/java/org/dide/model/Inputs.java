package org.dide.model;

import java.util.List;
import org.dide.image.PixelBatch;
import org.dide.text.TokenBatch;

/**
 * What a model looks at.
 *
 * @param text B texts
 * @param pictures the first picture of each example, then the second where there are pairs
 */
public record Inputs(TokenBatch text, List<PixelBatch> pictures) {
  /** Keeps an unmodifiable copy of the list. */
  public Inputs {
    pictures = List.copyOf(pictures);
  }
}

package org.dide.model;

import java.util.List;
import org.dide.image.PixelBatch;
import org.dide.text.TokenBatch;

/**
 * What a model looks at.
 *
 * @param text B texts
 * @param pictures the first pictures of all examples, then the second where there are pairs
 * @param sharing for each of those, which picture each example is about
 * @param pairing which texts and pictures a fusion encoder with a matching head scores
 */
public record Inputs(
    TokenBatch text, List<PixelBatch> pictures, List<Sharing> sharing, Pairing pairing) {
  /** Keeps unmodifiable copies of the lists, which must be of one length. */
  public Inputs {
    pictures = List.copyOf(pictures);
    sharing = List.copyOf(sharing);
    if (pictures.size() != sharing.size()) {
      throw new IllegalArgumentException(
          "pictures %d, sharing %d".formatted(pictures.size(), sharing.size()));
    }
  }

  /** Each example has pictures of its own. */
  public Inputs(TokenBatch text, List<PixelBatch> pictures, Pairing pairing) {
    this(text, pictures, pictures.stream().map(batch -> Sharing.NONE).toList(), pairing);
  }

  /** Each text is looked at beside its own pictures only. */
  public Inputs(TokenBatch text, List<PixelBatch> pictures) {
    this(text, pictures, Pairing.OWN);
  }
}

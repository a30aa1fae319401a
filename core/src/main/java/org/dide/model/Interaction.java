package org.dide.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What attention between a text and a picture is computed from: the queries and keys of both sides
 * in one layer. In a fusion encoder both come from one block; in a dual encoder, whose towers never
 * meet, from the block of each that lies there.
 *
 * @param text {@code (B, H, T, Dh)}
 * @param textMask {@code (B, T)}
 * @param picture {@code (B, H, 1+N, Dh)}, [CLS] first
 * @param pictureMask {@code (B, 1+N)}
 */
public record Interaction(Attention text, Mask textMask, Attention picture, Mask pictureMask) {
  /** Of two towers' outputs, one for each layer that was asked for. */
  static List<Interaction> byLayer(Encoded text, Encoded picture) {
    List<Interaction> layers = new ArrayList<>();
    for (int i = 0; i < text.attention().size(); i++) {
      layers.add(
          new Interaction(
              text.attention().get(i), text.mask(), picture.attention().get(i), picture.mask()));
    }
    return layers;
  }
}

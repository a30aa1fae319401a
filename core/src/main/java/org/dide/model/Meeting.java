package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Where a dual encoder's vectors of texts and pictures meet, at the very end. What can be done to
 * either before they do, {@link #texts} and {@link #pictures}, can be stored.
 */
public sealed interface Meeting permits Join, Similarity {
  /** The meeting that a head asks for. */
  static Meeting of(ParameterSource source, Architecture architecture, Head head) {
    return head instanceof Head.Classifier classifier
        ? new Join(source, architecture, classifier)
        : new Similarity(source, architecture.width());
  }

  /** What texts bring, from their pooled vectors {@code (B, D)}: {@code (B, S)}. */
  Tensor texts(Tensor pooled);

  /** What pictures bring, from their pooled vectors {@code (B, D)}: {@code (B, S)}. */
  Tensor pictures(Tensor pooled);

  /** S, the length of what either brings. */
  int size();

  /**
   * Scores from what both bring.
   *
   * @param texts {@code (B, S)}
   * @param pictures {@code (B, S)} for each picture of an example
   * @return {@code (B, C)}; of a {@link Similarity} each text with each picture
   */
  Tensor scores(Tensor texts, List<Tensor> pictures);
}

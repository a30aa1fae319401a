package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Where a dual encoder's texts and pictures meet, at the very end. What can be done to either
 * before they do, {@link #texts} and {@link #pictures}, can be stored.
 */
public sealed interface Meeting permits Join, AttentiveJoin, Similarity {
  /** The meeting that a head asks for. */
  static Meeting of(ParameterSource source, Architecture architecture, Head head) {
    if (head instanceof Head.Classifier classifier) {
      return architecture
          .join()
          .<Meeting>map(sizes -> new AttentiveJoin(source, architecture, sizes, classifier))
          .orElseGet(() -> new Join(source, architecture, classifier));
    }
    return new Similarity(source, architecture.width());
  }

  /** What texts bring: {@code (B, S)}; of an {@link AttentiveJoin} its length is the text's. */
  Tensor texts(Encoded texts);

  /** What pictures bring: {@code (B, S)}. */
  Tensor pictures(Encoded pictures);

  /** S, the length of what a picture brings. */
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

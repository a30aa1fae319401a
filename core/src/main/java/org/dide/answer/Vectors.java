package org.dide.answer;

import java.util.List;

/**
 * What a dual encoder makes of a picture or a text. A model of pairs sees a picture on the left
 * otherwise than on the right, so of each picture it makes one vector for either place.
 *
 * @param pooled what the tower gives, {@code (D)}, by place
 * @param shares what that brings to the meeting ({@link org.dide.model.Meeting}), {@code (S)}, by
 *     place: all that answering reads
 */
public record Vectors(List<float[]> pooled, List<float[]> shares) {
  /** Keeps unmodifiable copies of the lists. */
  public Vectors {
    pooled = List.copyOf(pooled);
    shares = List.copyOf(shares);
    if (pooled.isEmpty() || pooled.size() != shares.size()) {
      throw new IllegalArgumentException(
          "%d pooled vectors, %d shares".formatted(pooled.size(), shares.size()));
    }
  }
}

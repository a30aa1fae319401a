package org.dide.model;

import org.dide.InputException;

/**
 * Sizes of an {@link AttentiveJoin}.
 *
 * @param layers in which the text looks at the picture, 1 or 2
 * @param vectors that a picture's states are pooled to, or 0 for all states as they are
 */
public record AttentiveSizes(int layers, int vectors) {
  private static final int MOST_LAYERS = 2;
  private static final int MOST_VECTORS = 1024;

  /** Refuses what no join has, naming it. */
  public AttentiveSizes {
    if (layers < 1 || layers > MOST_LAYERS) {
      throw new InputException("join: layers: found %d, allowed is 1 or 2".formatted(layers));
    }
    if (vectors < 0 || vectors > MOST_VECTORS) {
      throw new InputException(
          "join: vectors: found %d, allowed is 0 (all states) to %d"
              .formatted(vectors, MOST_VECTORS));
    }
  }

  /** Whether a picture's states are kept as they are, as many as its size gives. */
  public boolean keepsAllStates() {
    return vectors == 0;
  }
}

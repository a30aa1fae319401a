package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What a model, teacher or student, made of a batch.
 *
 * @param logits {@code (B, C)}
 * @param pictures for each picture of an example, its interaction with the text in each layer that
 *     {@link Mode#layers} asks for, in its order
 */
public record Observation(Tensor logits, List<List<Interaction>> pictures) {
  /** Keeps unmodifiable copies of the lists. */
  public Observation {
    pictures = pictures.stream().map(List::copyOf).toList();
  }

  /** The interaction with each picture, in the last layer that was asked for. */
  public List<Interaction> interactions() {
    return pictures.stream().map(layers -> layers.get(layers.size() - 1)).toList();
  }
}

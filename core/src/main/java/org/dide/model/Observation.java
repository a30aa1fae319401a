package org.dide.model;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a model, teacher or student, made of a batch.
 *
 * @param logits {@code (B, C)}; of a {@link Head.Matcher} {@code (B, B)}, each text with each
 *     picture, minus infinity where a fusion encoder did not look at the pair
 * @param pictures for each picture of an example, its interaction with the text in each layer that
 *     {@link Mode#layers} asks for, in its order
 * @param pairing which pairs a fusion encoder with a matching head looked at; empty elsewhere
 */
public record Observation(
    Tensor logits, List<List<Interaction>> pictures, Optional<Pairing> pairing) {
  /** Keeps unmodifiable copies of the lists. */
  public Observation {
    pictures = pictures.stream().map(List::copyOf).toList();
  }

  /** The interaction with each picture, in the last layer that was asked for. */
  public List<Interaction> interactions() {
    return pictures.stream().map(layers -> layers.get(layers.size() - 1)).toList();
  }

  /** One look at each text beside its own pictures, or two towers. */
  public Observation(Tensor logits, List<List<Interaction>> pictures) {
    this(logits, pictures, Optional.empty());
  }
}

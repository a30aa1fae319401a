package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What a model, teacher or student, made of a batch.
 *
 * @param logits {@code (B, C)}
 * @param interactions one for each picture of an example
 */
public record Observation(Tensor logits, List<Interaction> interactions) {
  /** Keeps an unmodifiable copy of the list. */
  public Observation {
    interactions = List.copyOf(interactions);
  }
}

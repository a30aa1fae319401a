package org.dide.model;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a model made of texts beside pictures.
 *
 * @param logits {@code (P, 2)}, "no match" and "match" of each pair; or {@code (M, V)}, the words
 *     of each hidden token
 * @param interactions of text and picture in each layer that {@link Mode#layers} asks for
 * @param together states of text, then picture, {@code (P, T+1+N, D)}, where a model sees both at
 *     once
 */
public record Look(Tensor logits, List<Interaction> interactions, Optional<Encoded> together) {
  /** Keeps an unmodifiable copy of the list. */
  public Look {
    interactions = List.copyOf(interactions);
  }
}

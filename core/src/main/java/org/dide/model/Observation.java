package org.dide.model;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a model, teacher or student, made of a batch.
 *
 * @param logits {@code (B, C)}; of a {@link Head.Matcher} {@code (B, B)}, each text with each
 *     picture, minus infinity where a fusion encoder did not look at the pair
 * @param pictures for each picture of an example, its interaction with the text in each layer that
 *     {@link Mode#layers} asks for, in its order
 * @param pairing which pairs a fusion encoder with a matching head looked at; empty elsewhere
 * @param join what an {@link AttentiveJoin} shows beside its answer; empty elsewhere
 */
public record Observation(
    Tensor logits,
    List<List<Interaction>> pictures,
    Optional<Pairing> pairing,
    Optional<JoinView> join) {
  /** Keeps unmodifiable copies of the lists. */
  public Observation {
    pictures = pictures.stream().map(List::copyOf).toList();
  }

  /** The interaction with each picture, in the last layer that was asked for. */
  public List<Interaction> interactions() {
    return pictures.stream().map(layers -> layers.get(layers.size() - 1)).toList();
  }

  /** Without a join that shows anything. */
  public Observation(Tensor logits, List<List<Interaction>> pictures, Optional<Pairing> pairing) {
    this(logits, pictures, pairing, Optional.empty());
  }

  /** One look at each text beside its own pictures, or two towers. */
  public Observation(Tensor logits, List<List<Interaction>> pictures) {
    this(logits, pictures, Optional.empty());
  }

  /** The same, with logits in float32. */
  public Observation exact() {
    return new Observation(
        logits.to(ScalarType.Float), pictures, pairing, join.map(JoinView::exact));
  }

  /** The same, but what the MLP join beside an attentive one made of it. */
  public Optional<Observation> quick() {
    return join.map(view -> new Observation(view.quick(), pictures));
  }
}

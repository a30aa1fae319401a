package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What an {@link AttentiveJoin} shows beside its answer.
 *
 * @param quick logits {@code (B, C)} of the MLP join beside it
 * @param attention for each picture of an example, where its last layers look, as many as {@link
 *     Mode#layers} asks for: the distribution {@code (B, H, T, 1+N)} of each text token over the
 *     picture's states, [CLS] first
 */
public record JoinView(Tensor quick, List<List<Tensor>> attention) {
  /** Keeps unmodifiable copies of the lists. */
  public JoinView {
    attention = attention.stream().map(List::copyOf).toList();
  }

  /** The same, with logits in float32. */
  JoinView exact() {
    return new JoinView(quick.to(ScalarType.Float), attention);
  }
}

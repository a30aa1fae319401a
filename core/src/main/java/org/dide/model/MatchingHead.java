package org.dide.model;

import org.bytedeco.pytorch.Tensor;

/**
 * ViLT's image-text matching head: a linear map of the pooled vector to two classes, of which the
 * second is "match". What counts is how far the one exceeds the other, the log-odds of a match; a
 * sigmoid of it is the softmax of the two.
 */
public final class MatchingHead {
  static final String NAME = "itm_score";

  private final Linear map;

  private MatchingHead(Linear map) {
    this.map = map;
  }

  static MatchingHead of(ParameterSource source, int width) {
    return new MatchingHead(Linear.of(source, NAME + ".fc", width, 2));
  }

  /** Logits of "no match" and "match" {@code (B, 2)} from pooled vectors {@code (B, D)}. */
  public Tensor logits(Tensor pooled) {
    return map.apply(pooled);
  }

  /** Log-odds {@code (B)} from {@code (B, D)}. */
  Tensor logOdds(Tensor pooled) {
    Tensor classes = logits(pooled); // (B, 2)
    return classes.select(1, 1).sub(classes.select(1, 0)); // (B)
  }
}

package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * What a dual encoder is pre-trained with beside its similarity; {@code docs/pretraining.md} says
 * why so. The join is the one that later answers ({@link Join}), so that fine-tuning begins with a
 * join that has learnt to match.
 */
final class JoinedHeads {
  /** Prefix of the map that joins the state of a hidden token with a picture. */
  static final String WORD_JOIN = "mlm_fusion";

  private final TwoLayerMap join;
  private final MatchingHead matching;
  private final TwoLayerMap wordJoin;
  private final MaskedWordHead words;

  JoinedHeads(ParameterSource source, Architecture architecture) {
    int width = architecture.width();
    join = new TwoLayerMap(source, Join.NAME, 2 * width, 2 * width, width);
    matching = MatchingHead.of(source, width);
    wordJoin = new TwoLayerMap(source, WORD_JOIN, 2 * width, 2 * width, width);
    words = MaskedWordHead.of(source, architecture);
  }

  /** Logits of "no match" and "match" {@code (P, 2)} from pooled vectors {@code (P, D)}. */
  Tensor match(Tensor texts, Tensor pictures) {
    return matching.logits(join.apply(beside(texts, pictures)));
  }

  /**
   * Logits of all words {@code (M, V)}.
   *
   * @param states of hidden tokens {@code (M, D)}
   * @param pictures the pooled vector of each one's picture {@code (M, D)}
   */
  Tensor words(Tensor states, Tensor pictures) {
    return words.logits(wordJoin.apply(beside(states, pictures)));
  }

  private static Tensor beside(Tensor left, Tensor right) {
    return cat(new TensorVector(left, right), 1); // (…, 2 D)
  }
}

package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The paper's meeting: a shallow MLP joins a text's vector with a picture's ("fusion" in the
 * reference), and a classifier decides from the joined vectors of all pictures of an example.
 *
 * <p>Both begin with a linear layer over vectors side by side, so each vector's share of it is
 * computed by itself: a picture's share of the join is stored with the picture, and what a picture
 * adds to the decision about a pair is computed once for all the pairs it is in.
 *
 * <p>Each row's bits depend on that row alone ({@link Linear#applyByRow}).
 */
public final class Join implements Meeting {
  /** Prefix of its parameters. */
  static final String NAME = "fusion";

  private final TwoLayerMap joiner;
  private final TwoLayerMap classifier;
  private final int width;

  Join(ParameterSource source, Architecture architecture, Head.Classifier head) {
    width = architecture.width();
    joiner = new TwoLayerMap(source, NAME, 2 * width, 2 * width, width);
    classifier = head.build(source, width);
  }

  /** Texts' shares of the join's first layer: {@code (B, 2 D)}. */
  public Tensor texts(Tensor pooled) {
    return joiner.part(0, pooled);
  }

  /** Pictures' shares of the join's first layer: {@code (B, 2 D)}. */
  public Tensor pictures(Tensor pooled) {
    return joiner.part(1, pooled);
  }

  @Override
  public Tensor texts(Encoded texts) {
    return texts(texts.pooled());
  }

  @Override
  public Tensor pictures(Encoded pictures) {
    return pictures(pictures.pooled());
  }

  @Override
  public int size() {
    return 2 * width;
  }

  /**
   * What a picture of an example, joined with the text, adds to the decision.
   *
   * @param texts {@code (B, 2 D)}, or {@code (1, 2 D)} for one text with all pictures
   * @param pictures {@code (B, 2 D)}
   * @param place of the pictures in their examples, from 0
   * @return {@code (B, H)}
   */
  public Tensor evidence(Tensor texts, Tensor pictures, int place) {
    return classifier.part(place, joiner.finish(texts.add(pictures)));
  }

  /** Scores {@code (B, C)}, from the sum {@code (B, H)} of what all pictures of an example add. */
  public Tensor decide(Tensor evidence) {
    return classifier.finish(evidence);
  }

  @Override
  public Tensor scores(Tensor texts, List<Tensor> pictures) {
    Tensor evidence = evidence(texts, pictures.get(0), 0);
    for (int place = 1; place < pictures.size(); place++) {
      evidence = evidence.add(evidence(texts, pictures.get(place), place));
    }
    return decide(evidence);
  }
}

package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.InputException;

/** Where a dual encoder's vectors of texts and pictures meet, at the very end. */
sealed interface Meeting permits Meeting.Join, Similarity {
  /** The meeting that a head asks for. */
  static Meeting of(ParameterSource source, Architecture architecture, Head head) {
    if (head.equals(new Head.Matcher(true))) {
      throw new InputException(
          "a model that predicts hidden words: found a dual encoder, allowed is a fusion encoder");
    }
    return head instanceof Head.Classifier classifier
        ? new Join(
            new Joiner(source, architecture),
            classifier.build(source, architecture.width()),
            classifier.pictures())
        : new Similarity(source, architecture.width());
  }

  /**
   * Scores from stored vectors.
   *
   * @param text {@code (B, D)}
   * @param pictures {@code (B, D)} for each picture of an example
   * @return {@code (B, C)}
   */
  Tensor scores(Tensor text, List<Tensor> pictures);

  /** A small MLP for each picture, then a classifier over all. */
  record Join(Joiner joiner, TwoLayerMap classifier, int count) implements Meeting {
    @Override
    public Tensor scores(Tensor text, List<Tensor> pictures) {
      Tensor[] joined = new Tensor[count];
      for (int i = 0; i < joined.length; i++) {
        joined[i] = joiner.join(text, pictures.get(i));
      }
      return classifier.apply(joined.length == 1 ? joined[0] : cat(new TensorVector(joined), 1));
    }
  }
}

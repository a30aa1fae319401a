package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The shallow MLP in which a dual encoder's two vectors meet ("fusion" in the reference). */
public final class Joiner {
  private final TwoLayerMap map;

  /** Builds the join from parameters below {@code fusion}. */
  public Joiner(ParameterSource source, Architecture architecture) {
    int width = architecture.width();
    map = new TwoLayerMap(source, "fusion", 2 * width, 2 * width, width);
  }

  /** Joins {@code (B, D)} of the text and {@code (B, D)} of the picture to {@code (B, D)}. */
  public Tensor join(Tensor text, Tensor picture) {
    return map.apply(cat(new TensorVector(text, picture), 1));
  }
}

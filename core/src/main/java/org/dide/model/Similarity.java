package org.dide.model;

import static org.bytedeco.pytorch.global.torch.linear;

import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.tensor.Precision;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * How alike a text and a picture are, as CLIP has it (Radford et al., ICML 2021, section 2.3): the
 * cosine between linear projections of the towers' pooled vectors, times a learnt scale.
 *
 * <p>The scale is stored as its logarithm. It begins at 1/0.07 and stays within 1 and 100, to which
 * {@link #constrain} holds it after each update.
 */
public final class Similarity implements Meeting {
  static final String NAME = "similarity";

  private static final float FIRST_LOG_SCALE = (float) Math.log(1 / 0.07);
  private static final double LARGEST_LOG_SCALE = Math.log(100);
  private static final double SMALLEST_SQUARE = 1e-12;

  private final Tensor text;
  private final Tensor image;
  private final Tensor logScale;

  Similarity(ParameterSource source, int width) {
    text = source.parameter(NAME + ".text.weight", Initial.NORMAL, width, width);
    image = source.parameter(NAME + ".image.weight", Initial.NORMAL, width, width);
    logScale = source.parameter(NAME + ".log_scale", Initial.each(draws -> FIRST_LOG_SCALE), 1);
  }

  /** Unit vectors {@code (B, D)} of texts, from their pooled vectors {@code (B, D)}. */
  public Tensor texts(Tensor pooled) {
    return normalised(linear(pooled, text));
  }

  /** Unit vectors {@code (B, D)} of pictures, from their pooled vectors {@code (B, D)}. */
  public Tensor pictures(Tensor pooled) {
    return normalised(linear(pooled, image));
  }

  /** What cosines are multiplied by. */
  public double scale() {
    return Math.exp(Tensors.floats(logScale)[0]);
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
    return (int) text.size(0);
  }

  /** The scaled cosine of each text with each picture: {@code (B, B')} float32. */
  @Override
  public Tensor scores(Tensor texts, List<Tensor> pictures) {
    try (Precision.Exact exact = Precision.exact(texts)) {
      Tensor cosines = texts.matmul(pictures.get(0).transpose(0, 1)); // (B, B')
      return cosines.to(ScalarType.Float).mul(logScale.exp());
    }
  }

  /** Brings the scale back into its range, as CLIP does after each update. */
  void constrain() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      logScale.clamp_(
          new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(LARGEST_LOG_SCALE)));
    }
  }

  private static Tensor normalised(Tensor vectors) {
    Tensor exact = vectors.to(ScalarType.Float);
    Tensor squares =
        exact
            .square()
            .sum(new long[] {-1}, true, new org.bytedeco.pytorch.ScalarTypeOptional()); // (B, 1)
    return exact.mul(squares.clamp_min(new Scalar(SMALLEST_SQUARE)).rsqrt());
  }
}

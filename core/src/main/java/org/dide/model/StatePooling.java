package org.dide.model;

import static org.bytedeco.pytorch.global.torch.softmax;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Pools a picture's states to a few vectors by attention from learnt queries, as Perceiver's
 * resampler does (Alayrac et al., NeurIPS 2022, section 3.1): what is stored of a picture is then
 * of one size, whatever the picture's.
 */
final class StatePooling {
  private static final double EPSILON = 1e-6;

  private final int heads;
  private final Tensor queries;
  private final Linear key;
  private final Linear value;
  private final Linear out;
  private final LayerNorm norm;

  StatePooling(ParameterSource source, Architecture architecture, int vectors) {
    int width = architecture.width();
    heads = architecture.heads();
    // Far apart from the start: vectors whose queries are alike would stay alike.
    queries =
        source.parameter(
            "queries", Initial.each(draws -> (float) draws.nextGaussian()), vectors, width);
    key = Linear.of(source, "key", width, width);
    value = Linear.of(source, "value", width, width);
    out = Linear.of(source, "out", width, width);
    norm = LayerNorm.of(source, "norm", width, EPSILON);
  }

  /** The vectors {@code (B, K, D)} of pictures' states {@code (B, 1+N, D)}. */
  Memory pool(Encoded pictures) {
    Tensor states = pictures.states();
    Tensor asked = Heads.split(queries.unsqueeze(0), heads); // (1, H, K, Dh)
    Tensor attention =
        softmax(
            Heads.scores(asked, Heads.split(key.apply(states), heads), pictures.mask()),
            -1); // (B, H, K, 1+N)
    Tensor gathered =
        Heads.joined(attention.matmul(Heads.split(value.apply(states), heads))); // (B, K, D)
    Tensor shares = attention.mean(new long[] {1}, false, new ScalarTypeOptional()); // (B, K, 1+N)
    return Memory.pooled(norm.apply(out.apply(gathered)), shares);
  }
}

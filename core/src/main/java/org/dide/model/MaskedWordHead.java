package org.dide.model;

import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.linear;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * BERT's head for masked language modelling, which ViLT pre-trains with: a transform of a token's
 * state, then a logit for each word of the vocabulary. Its decoder is not tied to the word
 * embedding.
 */
public final class MaskedWordHead {
  static final String NAME = "mlm_score";

  private static final double EPSILON = 1e-12;

  private final Linear dense;
  private final LayerNorm norm;
  private final Tensor decoder; // (V, D)
  private final Tensor bias; // (V)

  private MaskedWordHead(Linear dense, LayerNorm norm, Tensor decoder, Tensor bias) {
    this.dense = dense;
    this.norm = norm;
    this.decoder = decoder;
    this.bias = bias;
  }

  static MaskedWordHead of(ParameterSource source, Architecture architecture) {
    int width = architecture.width();
    int words = architecture.vocabularySize();
    ParameterSource own = source.at(NAME);
    return new MaskedWordHead(
        Linear.of(own, "transform.dense", width, width),
        LayerNorm.of(own, "transform.LayerNorm", width, EPSILON),
        own.parameter("decoder.weight", Initial.NORMAL, words, width),
        own.parameter("bias", Initial.ZERO, words));
  }

  /** Logits of all words {@code (…, V)} from states of tokens {@code (…, D)}. */
  public Tensor logits(Tensor states) {
    Tensor transformed = norm.apply(gelu(dense.apply(states))); // (…, D)
    return linear(transformed, decoder, new TensorOptional(bias)); // (…, V)
  }
}

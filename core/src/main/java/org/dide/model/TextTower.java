package org.dide.model;

import org.bytedeco.pytorch.Tensor;
import org.dide.text.TokenBatch;

/** The half of a dual encoder that reads texts. */
public final class TextTower {
  private final TextEmbedding text;
  private final Transformer transformer;

  /** Builds the tower from parameters of the reference's names. */
  public TextTower(ParameterSource source, Architecture architecture) {
    Tensor modality = FusionEncoder.modality(source, architecture);
    text = new TextEmbedding(source, architecture, modality);
    transformer = new Transformer(source, architecture);
  }

  /** Encodes texts: states {@code (B, T, D)}. */
  public Encoded encode(TokenBatch tokens, Mode mode) {
    Embedded embedded = text.embed(tokens, mode);
    return transformer.encode(embedded.states(), embedded.mask(), mode);
  }
}

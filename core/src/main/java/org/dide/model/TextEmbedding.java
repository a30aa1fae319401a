package org.dide.model;

import static org.bytedeco.pytorch.global.torch.embedding;

import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.tensor.Device;
import org.dide.text.TokenBatch;

/** BERT's text embedding: word, segment and position, normalised; then the modality's vector. */
final class TextEmbedding {
  private static final double EPSILON = 1e-12;
  private static final int PADDING = 0;
  private static final int SEGMENTS = 2;

  private final Tensor words;
  private final Tensor positions;
  private final Tensor segments;
  private final LayerNorm norm;
  private final Tensor modality;
  private final Dropout dropout;
  private final int maxLength;

  TextEmbedding(ParameterSource source, Architecture architecture, Tensor modality) {
    int width = architecture.width();
    ParameterSource own = source.at("text_embeddings");
    words =
        own.parameter(
            "word_embeddings.weight", Initial.NORMAL, architecture.vocabularySize(), width);
    positions =
        own.parameter(
            "position_embeddings.weight", Initial.NORMAL, architecture.maxTextLength(), width);
    segments = own.parameter("token_type_embeddings.weight", Initial.NORMAL, SEGMENTS, width);
    norm = LayerNorm.of(own, "LayerNorm", width, EPSILON);
    dropout = new Dropout(architecture.dropout());
    maxLength = architecture.maxTextLength();
    this.modality = modality;
  }

  /**
   * Embeds tokens: states {@code (B, T, D)}. The padding token's row takes part but gets no
   * gradient.
   */
  Embedded embed(TokenBatch tokens, Mode mode) {
    int length = tokens.length();
    if (length > maxLength) {
      throw new InputException(
          "text: found %d tokens, allowed are %d".formatted(length, maxLength));
    }
    Tensor sum =
        embedding(words, tokens.ids(), PADDING, false, false) // (B, T, D)
            .add(segments.select(0, 0)) // segment 0 throughout
            .add(positions.narrow(0, 0, length)); // (T, D)
    Tensor normed = dropout.apply(norm.apply(sum), mode);
    mode.tap().see("text_embeddings_before_token_type", normed);
    return new Embedded(normed.add(modality.select(0, 0)), mask(tokens));
  }

  private static Mask mask(TokenBatch tokens) {
    return Mask.prefix(tokens.lengths(), tokens.length(), Device.of(tokens.ids()));
  }
}

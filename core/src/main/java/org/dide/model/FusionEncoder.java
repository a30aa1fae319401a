package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.image.PixelBatch;
import org.dide.text.TokenBatch;

/**
 * ViLT (Kim et al., ICML 2021): text tokens and picture patches, one sequence, one transformer. It
 * sees every word beside every patch, and must run again for every pair.
 */
public final class FusionEncoder {
  private final TextEmbedding text;
  private final PatchEmbedding patches;
  private final Transformer transformer;

  /** Builds the encoder from parameters of the reference's names. */
  public FusionEncoder(ParameterSource source, Architecture architecture) {
    Tensor modality = modality(source, architecture);
    text = new TextEmbedding(source, architecture, modality);
    patches = new PatchEmbedding(source, architecture, modality);
    transformer = new Transformer(source, architecture);
  }

  static Tensor modality(ParameterSource source, Architecture architecture) {
    return source.parameter(
        "token_type_embeddings.weight",
        Initial.NORMAL,
        architecture.modalities(),
        architecture.width());
  }

  /**
   * A pair, encoded.
   *
   * @param all text then picture: states {@code (B, T+1+N, D)}
   * @param interactions the attention of each layer that was asked for, taken apart
   */
  public record Output(Encoded all, List<Interaction> interactions) {}

  /** The patches this encoder would look at. */
  public PatchPlan plan(PixelBatch pictures) {
    return patches.plan(pictures);
  }

  /** Encodes pairs; pictures are the first of their pair where {@code modalityRow} is 1. */
  public Output encode(
      TokenBatch tokens, PixelBatch pictures, PatchPlan plan, int modalityRow, Mode mode) {
    Embedded picture = embed(pictures, plan, modalityRow, mode);
    return encode(embed(tokens, mode), picture, mode);
  }

  /** Texts, ready to be laid beside pictures. */
  Embedded embed(TokenBatch tokens, Mode mode) {
    return text.embed(tokens, mode);
  }

  /** Pictures, ready to be laid beside texts. */
  Embedded embed(PixelBatch pictures, PatchPlan plan, int modalityRow, Mode mode) {
    return patches.embed(pictures, plan, modalityRow, mode);
  }

  /** Encodes each text beside the picture of its row. */
  Output encode(Embedded texts, Embedded pictures, Mode mode) {
    Tensor sequence = cat(new TensorVector(texts.states(), pictures.states()), 1); // (B, T+1+N, D)
    Encoded all = transformer.encode(sequence, texts.mask().then(pictures.mask()), mode);
    long length = texts.states().size(1);
    List<Interaction> interactions =
        all.attention().stream()
            .map(
                attention ->
                    new Interaction(
                        attention.tokens(0, length),
                        texts.mask(),
                        attention.tokens(length, pictures.states().size(1)),
                        pictures.mask()))
            .toList();
    return new Output(all, interactions);
  }
}

package org.dide.model;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.text.HiddenWords;

/** Captions and pictures before a fusion encoder, which looks at each pair by itself (ViLT). */
public final class FusionView implements CaptionView {
  private final FusionEncoder encoder;
  private final MatchingHead matching;
  private final MaskedWordHead words;
  private final Embedded texts;
  private final Embedded pictures; // a row for each text
  private final Mode mode;

  FusionView(
      FusionEncoder encoder,
      MatchingHead matching,
      MaskedWordHead words,
      Embedded texts,
      Embedded pictures,
      Mode mode) {
    this.encoder = encoder;
    this.matching = matching;
    this.words = words;
    this.texts = texts;
    this.pictures = pictures;
    this.mode = mode;
  }

  @Override
  public Look match(Pairs pairs) {
    FusionEncoder.Output output =
        encoder.encode(texts.rows(pairs.texts()), pictures.rows(pairs.pictures()), mode);
    return look(matching.logits(output.all().pooled()), output);
  }

  @Override
  public Look words(HiddenWords hidden) {
    FusionEncoder.Output output =
        encoder.encode(encoder.embed(hidden.texts(), mode), pictures, mode);
    Tensor states = CaptionView.atHidden(output.all().states(), hidden); // (M, D)
    return look(words.logits(states), output);
  }

  private static Look look(Tensor logits, FusionEncoder.Output output) {
    return new Look(logits, output.interactions(), Optional.of(output.all()));
  }
}

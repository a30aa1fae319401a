package org.dide.model;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.text.HiddenWords;

/** Captions and pictures before a dual encoder: each was encoded once, pairs are only joined. */
public final class TowerView implements CaptionView {
  private final TextTower textTower;
  private final Similarity similarity;
  private final JoinedHeads heads;
  private final Encoded texts;
  private final Encoded pictures; // a row for each text
  private final Mode mode;

  TowerView(
      TextTower textTower,
      Similarity similarity,
      JoinedHeads heads,
      Encoded texts,
      Encoded pictures,
      Mode mode) {
    this.textTower = textTower;
    this.similarity = similarity;
    this.heads = heads;
    this.texts = texts;
    this.pictures = pictures;
    this.mode = mode;
  }

  /** The scaled cosine of each text with each picture: {@code (B, B)} float32. */
  public Tensor similarities() {
    return similarity.scores(
        similarity.texts(texts.pooled()), List.of(similarity.pictures(pictures.pooled())));
  }

  @Override
  public Look match(Pairs pairs) {
    Encoded text = texts.rows(pairs.texts());
    Encoded picture = pictures.rows(pairs.pictures());
    Tensor logits = heads.match(text.pooled(), picture.pooled());
    return new Look(logits, Interaction.byLayer(text, picture), Optional.empty());
  }

  @Override
  public Look words(HiddenWords hidden) {
    Encoded text = textTower.encode(hidden.texts(), mode);
    Tensor states = CaptionView.atHidden(text.states(), hidden); // (M, D)
    Tensor beside = pictures.pooled().index_select(0, hidden.rows()); // (M, D)
    return new Look(
        heads.words(states, beside), Interaction.byLayer(text, pictures), Optional.empty());
  }
}

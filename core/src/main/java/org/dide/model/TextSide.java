package org.dide.model;

import java.util.Optional;
import org.dide.text.TokenBatch;

/**
 * What a question goes through in a dual encoder: its text tower, and where texts and pictures
 * meet. The image tower, and what pictures bring to the meeting, are the model's own always, so
 * what is stored of pictures suits any weights.
 *
 * <p>It owns the weights that are not the model's; the model must stay open.
 */
public final class TextSide implements AutoCloseable {
  private final TextTower tower;
  private final Meeting meeting;
  private final Optional<RoundedParameters> rounded;

  private TextSide(TextTower tower, Meeting meeting, Optional<RoundedParameters> rounded) {
    this.tower = tower;
    this.meeting = meeting;
    this.rounded = rounded;
  }

  /**
   * That of a model. {@link Weights#FP16} copies weights, which takes seconds for 85 million.
   *
   * @throws org.dide.InputException if a weight is beyond float16, naming its parameter, or this
   *     processor cannot multiply such weights, or the model is on another device
   */
  public static TextSide of(DualEncoder model, Weights weights) {
    return switch (weights) {
      case FP32 -> new TextSide(model.textTower(), model.meeting(), Optional.empty());
      case FP16 -> rounded(model);
    };
  }

  private static TextSide rounded(DualEncoder model) {
    RoundedParameters parameters = new RoundedParameters(model.parameters());
    try {
      return new TextSide(
          DualEncoder.textTower(parameters, model.architecture()),
          Meeting.of(parameters, model.architecture(), model.head()),
          Optional.of(parameters));
    } catch (RuntimeException refused) {
      parameters.close();
      throw refused;
    }
  }

  /** What texts are before they meet pictures. */
  public Encoded encode(TokenBatch texts) {
    return tower.encode(texts, Mode.EVALUATION);
  }

  /** Where texts and pictures meet. */
  public Meeting meeting() {
    return meeting;
  }

  /** Frees the weights that are not the model's. */
  @Override
  public void close() {
    rounded.ifPresent(RoundedParameters::close);
  }
}

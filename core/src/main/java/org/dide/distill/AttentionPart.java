package org.dide.distill;

import org.dide.model.Attention;
import org.dide.model.Interaction;
import org.dide.model.Mask;

/**
 * A part of the joint attention matrix, text and picture over text and picture, that a student can
 * learn. The cross-modal parts are DiDE's; the others are what they can be compared with.
 */
public enum AttentionPart {
  /** Text queries over picture keys. */
  TEXT_TO_IMAGE("t2i"),
  /** Picture queries over text keys. */
  IMAGE_TO_TEXT("i2t"),
  /** Text queries over text keys. */
  WITHIN_TEXT("t2t"),
  /** Picture queries over picture keys. */
  WITHIN_IMAGE("i2i"),
  /** All queries over all keys, one distribution over both modalities. */
  WHOLE("whole");

  private final String shortName;

  AttentionPart(String shortName) {
    this.shortName = shortName;
  }

  /** The name in logs. */
  public String shortName() {
    return shortName;
  }

  /** Whether it lies between the modalities, as DiDE's does. */
  public boolean crossModal() {
    return this == TEXT_TO_IMAGE || this == IMAGE_TO_TEXT;
  }

  /**
   * Tokens on one side of a part.
   *
   * @param attention queries and keys {@code (B, H, T, Dh)}
   * @param mask {@code (B, T)}
   */
  record Tokens(Attention attention, Mask mask) {}

  /** Those whose queries are taken. */
  Tokens asking(Interaction interaction) {
    return switch (this) {
      case TEXT_TO_IMAGE, WITHIN_TEXT -> text(interaction);
      case IMAGE_TO_TEXT, WITHIN_IMAGE -> picture(interaction);
      case WHOLE -> all(interaction);
    };
  }

  /** Those whose keys are taken. */
  Tokens asked(Interaction interaction) {
    return switch (this) {
      case IMAGE_TO_TEXT, WITHIN_TEXT -> text(interaction);
      case TEXT_TO_IMAGE, WITHIN_IMAGE -> picture(interaction);
      case WHOLE -> all(interaction);
    };
  }

  private static Tokens text(Interaction interaction) {
    return new Tokens(interaction.text(), interaction.textMask());
  }

  private static Tokens picture(Interaction interaction) {
    return new Tokens(interaction.picture(), interaction.pictureMask());
  }

  /** The text, then the picture, as a fusion encoder reads them. */
  private static Tokens all(Interaction interaction) {
    return new Tokens(
        interaction.text().then(interaction.picture()),
        interaction.textMask().then(interaction.pictureMask()));
  }
}

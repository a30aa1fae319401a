package org.dide.answer;

import org.dide.image.ImageDecoder;

/** A picture that is to be encoded, still as bytes. */
public interface PictureSource {
  /** Names it among those it is stored with. */
  String id();

  /** Where it lies, for messages. */
  String place();

  /**
   * Its file's bytes.
   *
   * @param decoder knows how many are allowed
   * @throws org.dide.InputException if they cannot be read, or are too many
   */
  byte[] read(ImageDecoder decoder);
}

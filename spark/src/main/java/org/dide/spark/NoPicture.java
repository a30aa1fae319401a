package org.dide.spark;

import java.io.Serializable;
import org.dide.InputException;
import org.dide.answer.PictureSource;
import org.dide.image.ImageDecoder;
import org.dide.image.ImageLimits;

/**
 * What should have been a picture, but has no bytes that could be read.
 *
 * @param id names it
 * @param place where it lies, for messages
 * @param why names it, and says what is wrong
 */
record NoPicture(String id, String place, String why) implements PictureSource, Serializable {
  /** Pictures of more bytes are not even fetched. */
  static final long MAXIMUM_BYTES = ImageLimits.defaults().maxBytes();

  static NoPicture tooLarge(String id, String place, long bytes) {
    return new NoPicture(
        id, place, "%s: has %,d bytes; allowed are %,d".formatted(place, bytes, MAXIMUM_BYTES));
  }

  @Override
  public byte[] read(ImageDecoder decoder) {
    throw new InputException(why);
  }
}

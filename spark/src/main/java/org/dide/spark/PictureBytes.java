package org.dide.spark;

import java.io.Serializable;
import org.dide.answer.PictureSource;
import org.dide.image.ImageDecoder;

/**
 * A picture whose bytes are here.
 *
 * @param id names it
 * @param place where it lies, for messages
 * @param bytes of its file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PictureBytes(String id, String place, byte[] bytes) implements PictureSource, Serializable {
  @Override
  public byte[] read(ImageDecoder decoder) {
    return bytes;
  }
}

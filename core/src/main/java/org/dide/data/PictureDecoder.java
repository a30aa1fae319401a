package org.dide.data;

import java.nio.file.Path;
import org.dide.InputException;
import org.dide.image.ImageDecoder;
import org.dide.image.RgbImage;

/** Turns a picture file into pixels. Safe to call from several threads. */
@FunctionalInterface
public interface PictureDecoder {
  /**
   * Decodes a file.
   *
   * @throws InputException if it cannot be read; the message names it and says why
   */
  RgbImage decode(Path file);

  /**
   * Decodes a picture that lies inside a larger file.
   *
   * @param name what messages call the picture
   * @param offset of its first byte
   * @param length in bytes
   * @throws InputException if it cannot be read; the message names it and says why
   */
  default RgbImage decode(Path file, String name, long offset, long length) {
    throw new InputException(
        "%s: this decoder reads pictures of files of their own only".formatted(name));
  }

  /** Decodes as the library does. */
  static PictureDecoder of(ImageDecoder decoder) {
    return new PictureDecoder() {
      @Override
      public RgbImage decode(Path file) {
        return decoder.decode(file);
      }

      @Override
      public RgbImage decode(Path file, String name, long offset, long length) {
        return decoder.decode(file, name, offset, length);
      }
    };
  }
}

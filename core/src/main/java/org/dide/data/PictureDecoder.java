package org.dide.data;

import java.nio.file.Path;
import org.dide.InputException;
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
}

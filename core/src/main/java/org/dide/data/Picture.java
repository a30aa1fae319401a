package org.dide.data;

import org.dide.InputException;
import org.dide.image.RgbImage;

/** A picture that an example refers to: a file, or something drawn on demand. */
public interface Picture {
  /** Names the picture in messages and in stores; equal names mean the same picture. */
  String name();

  /**
   * Decodes or draws it. Safe to call from several threads.
   *
   * @throws InputException if it cannot be read; the message names it and says why
   */
  RgbImage load();
}

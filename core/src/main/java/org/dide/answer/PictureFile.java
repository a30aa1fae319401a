package org.dide.answer;

import java.nio.file.Path;
import org.dide.image.ImageDecoder;

/**
 * A picture that is to be encoded.
 *
 * @param id its path below the folder it was found in, with forward slashes
 * @param file where it lies
 */
public record PictureFile(String id, Path file) implements PictureSource {
  @Override
  public String place() {
    return file.toString();
  }

  @Override
  public byte[] read(ImageDecoder decoder) {
    return decoder.read(file);
  }
}

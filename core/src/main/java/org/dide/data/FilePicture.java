package org.dide.data;

import java.nio.file.Path;
import org.dide.image.RgbImage;

/**
 * A picture in a file, decoded anew at each {@link #load}.
 *
 * @param name the file's path below its data set, with forward slashes
 * @param file where it lies
 * @param decoder reads it
 */
public record FilePicture(String name, Path file, PictureDecoder decoder) implements Picture {
  @Override
  public RgbImage load() {
    return decoder.decode(file);
  }
}

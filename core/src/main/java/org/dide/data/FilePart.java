package org.dide.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.dide.InputException;
import org.dide.image.RgbImage;

/**
 * A picture inside a larger file, read from its place at each {@link #load}.
 *
 * @param name file and picture
 * @param file the larger file
 * @param offset of the picture's first byte
 * @param length in bytes
 * @param decoder reads it
 */
public record FilePart(String name, Path file, long offset, long length, PictureDecoder decoder)
    implements Picture {
  @Override
  public RgbImage load() {
    return decoder.decode(file, name, offset, length);
  }

  /**
   * Its bytes, as a file of its own would hold them.
   *
   * @throws InputException if they cannot be read
   */
  byte[] bytes() {
    return read(file, name, offset, length);
  }

  /**
   * Bytes inside a file.
   *
   * @param name what messages call them
   * @throws InputException if they cannot be read
   */
  static byte[] read(Path file, String name, long offset, long length) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length));
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw new InputException("%s: the file ends before it does".formatted(name));
        }
      }
      return bytes.array();
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
  }
}

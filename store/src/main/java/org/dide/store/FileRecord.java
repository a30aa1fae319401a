package org.dide.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.dide.InputException;

/**
 * What a file was when it was written, which it must be for ever.
 *
 * @param path below the store's folder, with forward slashes
 * @param bytes how many
 * @param crc32c of them, in 8 hexadecimal digits
 */
record FileRecord(String path, long bytes, String crc32c) {
  private static final int CHUNK = 1 << 20; // bytes read at once

  /** Of a file that was just written; it is on the disk when this returns. */
  static FileRecord of(Path folder, String path) throws IOException {
    try (FileChannel file =
        FileChannel.open(folder.resolve(path), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      file.force(true);
      return new FileRecord(path, file.size(), checksum(file));
    }
  }

  /** The checksum of bytes, as files have it. */
  static String checksum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return "%08x".formatted(sum.getValue());
  }

  // Not mapped: pages of a mapping count as this process's memory until it is collected.
  private static String checksum(FileChannel file) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer some = ByteBuffer.allocateDirect((int) Math.min(CHUNK, file.size() + 1));
    while (file.read(some) >= 0) {
      sum.update(some.flip());
      some.clear();
    }
    return "%08x".formatted(sum.getValue());
  }

  /**
   * Refuses a file that has changed.
   *
   * @throws InputException if its bytes are other ones, fewer or more, or it is not there
   */
  void check(Path folder) {
    Path file = folder.resolve(path);
    if (!Files.isRegularFile(file)) {
      throw new InputException("%s: is missing, the store cannot be read".formatted(file));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != bytes) {
        throw new InputException(
            "%s: is damaged: found %d bytes, written were %d"
                .formatted(file, channel.size(), bytes));
      }
      String found = checksum(channel);
      if (!found.equals(crc32c)) {
        throw new InputException(
            "%s: is damaged: found the checksum %s, written was %s".formatted(file, found, crc32c));
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }
}

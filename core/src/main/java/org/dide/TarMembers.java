package org.dide;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What lies where in a tar, found by its headers; what the headers are about is not read. Members
 * can then be read by their place, in any order, nothing is unpacked. Links are passed over, and so
 * is what begins with a dot, as macOS writes beside each file.
 */
public final class TarMembers {
  private static final int BLOCK = 512;
  private static final int GZIP = 0x1f8b;

  private TarMembers() {}

  /**
   * A plain file in a tar.
   *
   * @param name its path in the tar
   * @param offset of its first byte in the tar
   * @param length in bytes
   */
  public record Member(String name, long offset, long length) {}

  /**
   * Gives each plain file whose content is there, in the tar's order.
   *
   * @return how many links were passed over
   * @throws InputException if the file is no whole tar; what lies before the fault has then been
   *     given
   */
  public static int each(Path tar, Consumer<Member> reader) {
    try (RandomAccessFile file = new RandomAccessFile(tar.toFile(), "r")) {
      requirePlain(tar, file);
      Walked walked = eachOf(tar, file.length(), reader);
      requireEndMark(tar, file, walked.end);
      return walked.links;
    } catch (IOException | IllegalArgumentException e) {
      throw broken(tar, String.valueOf(e.getMessage()), e);
    }
  }

  /** Where the next header would be, and how many links there were. */
  private record Walked(long end, int links) {}

  private static Walked eachOf(Path tar, long size, Consumer<Member> reader) throws IOException {
    long end = 0;
    int links = 0;
    // A plain stream of a file: what is skipped is then not read.
    try (TarArchiveInputStream archive =
        new TarArchiveInputStream(new FileInputStream(tar.toFile()))) {
      for (TarArchiveEntry entry = archive.getNextEntry();
          entry != null;
          entry = archive.getNextEntry()) {
        long offset = archive.getBytesRead();
        long length = entry.getSize();
        if (length < 0 || length > size - offset) {
          throw new IOException("%s goes beyond the file's end".formatted(entry.getName()));
        }
        end = offset + (length + BLOCK - 1) / BLOCK * BLOCK;
        if (entry.isLink() || entry.isSymbolicLink()) {
          links++;
        } else if (entry.isFile() && !entry.isSparse() && !isHidden(entry.getName())) {
          reader.accept(new Member(entry.getName(), offset, length));
        }
      }
    }
    return new Walked(end, links);
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".", name.lastIndexOf('/') + 1);
  }

  private static void requirePlain(Path tar, RandomAccessFile file) throws IOException {
    if (file.length() >= 2 && file.readUnsignedShort() == GZIP) {
      throw new InputException(
          "%s: is compressed with gzip; what lies in a tar is read by its place, so unpack it first (gunzip)"
              .formatted(tar));
    }
  }

  /** A tar that was cut between two members is known by nothing else. */
  private static void requireEndMark(Path tar, RandomAccessFile file, long end) throws IOException {
    byte[] mark = new byte[BLOCK];
    boolean isWhole = end <= file.length() - BLOCK;
    if (isWhole) {
      file.seek(end);
      file.readFully(mark);
    }
    for (byte each : mark) {
      isWhole = isWhole && each == 0;
    }
    if (!isWhole) {
      throw broken(tar, "it has no end mark and so was cut", new IOException("no end mark"));
    }
  }

  private static InputException broken(Path tar, String why, Exception cause) {
    return new InputException("%s: no whole tar (%s)".formatted(tar, why), cause);
  }
}

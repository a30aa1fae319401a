package org.dide;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files that are whole or not there: aside in the same folder, synced, then renamed over the
 * old one. A reader, a crash or a full disk never sees half a file.
 */
public final class AtomicFile {
  private static final boolean SYNCS_FOLDERS = !System.getProperty("os.name").startsWith("Windows");

  private static final Pattern ASIDE = Pattern.compile("\\..+\\.(\\d{1,18})-[0-9a-z]+\\.part");

  private AtomicFile() {}

  /** What goes into the file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything, from the channel's position on. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Puts content in the place of whatever was at the path.
   *
   * @throws InputException if it cannot be written; what was there before is then untouched
   */
  public static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    try {
      Path aside = aside(target);
      try {
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
          content.writeTo(channel);
        }
        put(aside, target);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be written (%s)".formatted(file, e), e);
    }
  }

  /**
   * Puts bytes in the place of whatever was at the path.
   *
   * @throws InputException if they cannot be written; what was there before is then untouched
   */
  public static void write(Path file, byte[] bytes) {
    write(
        file,
        channel -> {
          for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
            channel.write(left);
          }
        });
  }

  /**
   * Puts what was written aside, a file or a link, in the place of whatever was at the path:
   * synced, then renamed. Both must be on one file system.
   */
  public static void put(Path aside, Path target) throws IOException {
    if (!Files.isSymbolicLink(aside)) {
      try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    Path folder = target.getParent();
    if (folder != null) {
      sync(folder); // the new name is durable only when the folder is
    }
  }

  /**
   * Removes what killed writers have left beside their files in a folder, of processes that this
   * machine no longer has.
   *
   * @throws InputException if the folder cannot be read, or something not be removed
   */
  public static void removeLeft(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path left : files.filter(AtomicFile::isLeft).toList()) {
        Files.deleteIfExists(left);
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be tidied (%s)".formatted(folder, e), e);
    }
  }

  private static boolean isLeft(Path file) {
    Matcher name = ASIDE.matcher(file.getFileName().toString());
    return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
  }

  // Not Files.createTempFile, which would leave the file unreadable to everyone else.
  private static Path aside(Path target) throws IOException {
    String unique = Long.toUnsignedString(System.nanoTime(), Character.MAX_RADIX);
    Path aside =
        target.resolveSibling(
            ".%s.%d-%s.part"
                .formatted(target.getFileName(), ProcessHandle.current().pid(), unique));
    return Files.createFile(aside);
  }

  /**
   * Brings a file, or the names in a folder, onto the disk. Windows keeps no such account of
   * folders.
   */
  public static void sync(Path path) throws IOException {
    if (Files.isDirectory(path) && !SYNCS_FOLDERS) {
      return;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

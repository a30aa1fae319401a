package org.dide;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes folders that are whole or not there: aside, as {@code .NAME.new} in the same parent,
 * synced, then renamed. A process killed in the middle leaves the old folder; what it left aside,
 * the next writing or {@link #recover} removes.
 *
 * <p>No file system renames a folder over a full one. The old folder is therefore first renamed to
 * {@code .NAME.old}, where {@link #current} finds it if the process is killed between the two
 * renamings. At most one process may write to a place at a time.
 */
public final class AtomicFolder {
  private static final String NEW = ".new";
  private static final String OLD = ".old";
  private static final Pattern LEFT_OVER = Pattern.compile("\\.(.+)(\\.new|\\.old)");

  private AtomicFolder() {}

  /** What goes into the folder. */
  @FunctionalInterface
  public interface Content {
    /** Fills an empty folder, which lies aside of the final place. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Puts a folder in the place of whatever was at the path; makes parents that are missing.
   *
   * @throws InputException if it cannot be written; what was there before is then untouched
   */
  public static void write(Path folder, Content content) {
    Path target = folder.toAbsolutePath().normalize();
    Path aside = beside(target, NEW);
    try {
      Files.createDirectories(parent(target));
      delete(aside);
      try {
        content.writeTo(Files.createDirectory(aside));
        syncAll(aside);
        swap(target, aside);
      } finally {
        delete(aside);
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be written (%s)".formatted(folder, e), e);
    }
  }

  /** Where the folder of a path lies now: there, or set aside by a writing that was killed. */
  public static Path current(Path folder) {
    Path old = beside(folder.toAbsolutePath().normalize(), OLD);
    return !Files.exists(folder) && Files.isDirectory(old) ? old : folder;
  }

  /**
   * Removes a folder at once, as far as readers can see.
   *
   * @throws InputException if that fails
   */
  public static void remove(Path folder) {
    Path target = folder.toAbsolutePath().normalize();
    Path aside = beside(target, NEW);
    try {
      delete(aside);
      if (Files.exists(target)) {
        Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
        delete(aside);
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be removed (%s)".formatted(folder, e), e);
    }
  }

  /**
   * Clears away, in a folder of such folders, what killed writers left, and puts back what they had
   * only set aside. Not while one is at work.
   *
   * @throws InputException if that fails
   */
  public static void recover(Path parent) {
    try {
      for (Path path : children(parent)) {
        Matcher name = LEFT_OVER.matcher(path.getFileName().toString());
        if (name.matches()) {
          Path target = path.resolveSibling(name.group(1));
          if (name.group(2).equals(OLD) && !Files.exists(target)) {
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
          } else {
            delete(path);
          }
        }
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be cleared (%s)".formatted(parent, e), e);
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(Files::isDirectory).toList();
    }
  }

  private static void swap(Path target, Path aside) throws IOException {
    Path old = beside(target, OLD);
    if (Files.exists(target)) {
      delete(old);
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException problem) {
      if (Files.exists(old)) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw problem;
    }
    AtomicFile.sync(parent(target));
    delete(old);
  }

  private static Path beside(Path target, String suffix) {
    return parent(target).resolve("." + target.getFileName() + suffix);
  }

  private static Path parent(Path target) {
    Path parent = target.getParent();
    if (parent == null) {
      throw new InputException("%s: is a root; a folder below one is needed".formatted(target));
    }
    return parent;
  }

  private static void syncAll(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        AtomicFile.sync(path);
      }
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

package org.dide.answer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dide.ByteOrderMark;
import org.dide.InputException;
import org.dide.image.PictureNames;

/** Finds the pictures that are to be encoded: in folders, tars and lists, and by patterns. */
public final class PictureFinder {
  /** The endings by which a picture is told from other files, in lower case. */
  public static final Set<String> ENDINGS = PictureNames.ENDINGS;

  private static final String WILD = "*?[{";

  private final TreeMap<String, PictureSource> found = new TreeMap<>();

  private PictureFinder() {}

  /**
   * The pictures in places, sorted by id. A place is
   *
   * <ul>
   *   <li>a folder: the pictures in it at any depth, by their names' endings; what begins with a
   *       dot is passed over. A picture's id is its path below the folder, with forward slashes
   *   <li>a tar: the pictures in it, by their names' endings. An id is the tar's name without its
   *       ending, and the path in it
   *   <li>a pattern, such as {@code holiday/**.jpg}, of {@link java.nio.file.FileSystem}'s globs:
   *       what it matches. An id is the path below the last folder that has no wild card in it; a
   *       tar that it matches counts as though it was named itself
   *   <li>anything else: a picture, whatever its name. Its id is its file's name
   * </ul>
   *
   * @throws InputException if a place cannot be read or holds no picture, or two pictures would
   *     have the same id
   */
  public static List<PictureSource> find(Collection<String> places) {
    return find(places, List.of());
  }

  /**
   * The pictures in places and in lists, sorted by id.
   *
   * @param lists text files with a picture's path on each line, relative to the list's folder; its
   *     id is the path as it is written there, with forward slashes
   * @throws InputException if a place or a list cannot be read, holds or names no picture, or two
   *     pictures would have the same id
   */
  public static List<PictureSource> find(Collection<String> places, Collection<Path> lists) {
    PictureFinder finder = new PictureFinder();
    places.forEach(place -> at(place).forEach(finder::add));
    lists.forEach(list -> listed(list).forEach(finder::add));
    return List.copyOf(finder.found.values());
  }

  private void add(PictureSource picture) {
    PictureSource other = found.put(picture.id(), picture);
    if (other != null) {
      throw new InputException(
          ("picture '%s': found twice, as %s and as %s; name a folder that holds both, or"
                  + " encode them apart")
              .formatted(picture.id(), other.place(), picture.place()));
    }
  }

  private static List<? extends PictureSource> at(String place) {
    if (!new File(place).exists()) { // a name may have brackets in it; a Path may not have a star
      return matching(place);
    }
    Path path = Path.of(place);
    if (Files.isDirectory(path)) {
      return required(below(path, file -> isPicture(file.toString())), place);
    }
    return opened(new PictureFile(path.getFileName().toString(), path)).toList();
  }

  /** A file that is named: the pictures in it if it is a tar, else itself. */
  private static Stream<PictureSource> opened(PictureFile file) {
    return TarPicture.isTar(file.file())
        ? required(TarPicture.in(file.file(), PictureFinder::isPicture), file.place()).stream()
        : Stream.of(file);
  }

  private static <T extends PictureSource> List<T> required(List<T> pictures, String place) {
    if (pictures.isEmpty()) {
      throw new InputException(
          "%s: holds no picture; looked for names that end in .%s"
              .formatted(place, String.join(", .", ENDINGS.stream().sorted().toList())));
    }
    return pictures;
  }

  private static List<PictureSource> matching(String pattern) {
    int wild =
        IntStream.range(0, pattern.length())
            .filter(i -> WILD.indexOf(pattern.charAt(i)) >= 0)
            .findFirst()
            .orElseThrow(
                () -> new InputException("%s: there is no such file or folder".formatted(pattern)));
    int rest = pattern.lastIndexOf('/', wild) + 1;
    Path root = Path.of(pattern.substring(0, rest));
    if (!Files.isDirectory(root.toAbsolutePath())) {
      throw new InputException("%s: there is no folder %s".formatted(pattern, root));
    }
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(rest));
    List<PictureFile> found = below(root, matcher::matches);
    if (found.isEmpty()) {
      throw new InputException("%s: matches no file".formatted(pattern));
    }
    return found.stream().flatMap(PictureFinder::opened).toList();
  }

  private static List<PictureFile> listed(Path list) {
    try (Stream<String> lines = Files.lines(list)) {
      List<PictureFile> found =
          lines
              .map(line -> ByteOrderMark.without(line).strip())
              .filter(line -> !line.isEmpty())
              .map(line -> new PictureFile(line.replace('\\', '/'), list.resolveSibling(line)))
              .toList();
      if (found.isEmpty()) {
        throw new InputException("%s: names no picture".formatted(list));
      }
      return found;
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(list, e), e);
    }
  }

  private static List<PictureFile> below(Path root, Predicate<Path> wanted) {
    List<PictureFile> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return !folder.equals(root) && isHidden(folder)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!isHidden(file) && wanted.test(root.relativize(file))) {
                found.add(new PictureFile(id(root, file), file));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new InputException("%s: cannot be listed (%s)".formatted(root, e), e);
    }
    return found;
  }

  private static String id(Path root, Path file) {
    return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  /** Whether a file is a picture, by its name's ending. */
  public static boolean isPicture(String name) {
    return PictureNames.isPicture(name);
  }
}

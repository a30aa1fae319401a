package org.dide.answer;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.dide.InputException;
import org.dide.image.ImageDecoder;

/**
 * A picture that is to be encoded.
 *
 * @param id its path below the folder it was found in, with forward slashes
 * @param file where it lies
 */
public record PictureFile(String id, Path file) implements PictureSource {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff");

  @Override
  public String place() {
    return file.toString();
  }

  @Override
  public byte[] read(ImageDecoder decoder) {
    return decoder.read(file);
  }

  /**
   * The pictures in folders, at any depth and by their names' endings, and those named themselves;
   * sorted by id. What begins with a dot is passed over.
   *
   * @throws InputException if a place cannot be read, holds no picture, or two pictures would have
   *     the same id
   */
  public static List<PictureFile> find(Collection<Path> places) {
    TreeMap<String, PictureFile> found = new TreeMap<>();
    for (Path place : places) {
      for (PictureFile picture : at(place)) {
        PictureFile other = found.put(picture.id, picture);
        if (other != null) {
          throw new InputException(
              ("picture '%s': found twice, as %s and as %s; name a folder that holds both, or"
                      + " encode them apart")
                  .formatted(picture.id, other.file, picture.file));
        }
      }
    }
    return List.copyOf(found.values());
  }

  private static List<PictureFile> at(Path place) {
    if (!Files.exists(place)) {
      throw new InputException("%s: there is no such file or folder".formatted(place));
    }
    if (!Files.isDirectory(place)) {
      return List.of(new PictureFile(place.getFileName().toString(), place));
    }
    List<PictureFile> found = below(place);
    if (found.isEmpty()) {
      throw new InputException(
          "%s: holds no picture; looked for names that end in .%s"
              .formatted(place, String.join(", .", ENDINGS.stream().sorted().toList())));
    }
    return found;
  }

  private static List<PictureFile> below(Path root) {
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
              if (!isHidden(file) && isPicture(file)) {
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

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot >= 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }
}

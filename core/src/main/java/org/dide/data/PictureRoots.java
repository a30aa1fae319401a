package org.dide.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dide.InputException;

/**
 * The folders below which the pictures of a data set may lie, searched in turn. Each folder is
 * listed once.
 */
final class PictureRoots {
  /** Where people put the pictures of caption data, beside its files. */
  private static final List<String> CONVENTIONS =
      List.of(
          "images",
          "Flicker8k_Dataset",
          "Flickr8k_Dataset",
          "flickr30k-images",
          "flickr30k_images");

  private final List<Path> roots;
  private final Path folder;
  private final PictureDecoder decoder;
  private final Map<Path, Optional<PictureFolder>> listed = new HashMap<>();

  private PictureRoots(List<Path> roots, Path folder, PictureDecoder decoder) {
    this.roots = roots;
    this.folder = folder;
    this.decoder = decoder;
  }

  /**
   * The folder that is chosen, or those of the conventions and the data's own.
   *
   * @param beside the folder of the data's files
   * @param chosen a folder, or empty
   * @throws InputException if the chosen one is none
   */
  static PictureRoots of(Path beside, String chosen, PictureDecoder decoder) {
    if (chosen.isEmpty()) {
      List<Path> roots = CONVENTIONS.stream().map(beside::resolve).collect(Collectors.toList());
      roots.add(beside);
      return new PictureRoots(roots, beside, decoder);
    }
    Path root = Path.of(chosen);
    if (!Files.isDirectory(root)) {
      throw new InputException("data.picture-folder: %s: there is no such folder".formatted(root));
    }
    return new PictureRoots(List.of(root), root, decoder);
  }

  /**
   * The picture with that file name; empty if there is none.
   *
   * @param below folder below a root, or empty
   */
  Optional<Picture> find(String below, String fileName) {
    return roots.stream()
        .map(root -> root.resolve(below).normalize())
        .map(place -> list(place).flatMap(pictures -> pictures.find(fileName)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Whether a folder stays below the roots. */
  static boolean isBelow(String folder) {
    try {
      Path path = Path.of(folder).normalize();
      return !path.isAbsolute() && !path.startsWith("..");
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** The folders that are there, for messages. */
  String searched() {
    return roots.stream()
        .filter(Files::isDirectory)
        .map(Path::toString)
        .collect(Collectors.joining(", "));
  }

  private Optional<PictureFolder> list(Path place) {
    return listed.computeIfAbsent(
        place,
        path ->
            Files.isDirectory(path)
                ? Optional.of(PictureFolder.list(folder, name(path), decoder))
                : Optional.empty());
  }

  /** With forward slashes on every system. */
  private String name(Path place) {
    return folder.normalize().relativize(place).toString().replace('\\', '/');
  }
}

package org.dide.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dide.InputException;

/**
 * The pictures that lie directly in one folder. The folder is listed once, so that asking for a
 * hundred thousand pictures touches the disk once.
 */
final class PictureFolder {
  private final Path folder;
  private final String prefix;
  private final PictureDecoder decoder;
  private final Set<String> fileNames;

  private PictureFolder(Path folder, String prefix, PictureDecoder decoder, Set<String> fileNames) {
    this.folder = folder;
    this.prefix = prefix;
    this.decoder = decoder;
    this.fileNames = fileNames;
  }

  /**
   * Lists a folder.
   *
   * @param root the data set's folder, which picture names leave out
   * @param below the folder's path below the root, with forward slashes; empty for the root itself
   * @throws InputException if it cannot be listed
   */
  static PictureFolder list(Path root, String below, PictureDecoder decoder) {
    Path folder = root.resolve(below);
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names =
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      return new PictureFolder(folder, below.isEmpty() ? "" : below + "/", decoder, names);
    } catch (IOException e) {
      throw new InputException(
          "%s: no folder of pictures that can be listed (%s)".formatted(folder, e), e);
    }
  }

  /** The picture in a file of this folder; empty if there is no such file. */
  Optional<Picture> find(String fileName) {
    return fileNames.contains(fileName)
        ? Optional.of(new FilePicture(name(fileName), folder.resolve(fileName), decoder))
        : Optional.empty();
  }

  /** How {@link #find} names the picture in a file of this folder. */
  String name(String fileName) {
    return prefix + fileName;
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}

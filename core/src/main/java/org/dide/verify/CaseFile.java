package org.dide.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.dide.InputException;

/**
 * Where a golden case was found.
 *
 * @param path below the directory that was searched; a folder, or a file where several lie in one
 * @param file the case's JSON file
 * @param kind given by the file's name, or empty where the file says it
 */
public record CaseFile(String path, Path file, String kind) {
  private static final String CASE = "case.json";

  /** Cases that are no {@value #CASE}, by file name, with their kind where they do not name it. */
  private static final Map<String, String> LOOSE =
      Map.of(
          "size_rule.json", "size_rule",
          "normalize_word.json", "normalize_word",
          "dataset_items.json", "",
          "vqa_expected.json", "",
          "nlvr2_expected.json", "",
          "snli_ve_expected.json", "");

  /**
   * All cases below a directory, at any depth, sorted by path.
   *
   * @throws InputException if there is no such directory, or no case in it
   */
  public static List<CaseFile> find(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new InputException("%s: there is no such folder".formatted(directory));
    }
    try (Stream<Path> files = Files.walk(directory)) {
      List<CaseFile> found =
          files.sorted().map(file -> of(directory, file)).flatMap(Optional::stream).toList();
      if (found.isEmpty()) {
        throw new InputException(
            "%s: found no golden case; each is a folder with a %s".formatted(directory, CASE));
      }
      return found;
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("%s: cannot be searched (%s)".formatted(directory, e), e);
    }
  }

  private static Optional<CaseFile> of(Path directory, Path file) {
    String name = String.valueOf(file.getFileName());
    Path below = directory.relativize(file);
    if (name.equals(CASE)) {
      return Optional.of(new CaseFile(named(below.getParent()), file, ""));
    }
    return Optional.ofNullable(LOOSE.get(name)).map(kind -> new CaseFile(named(below), file, kind));
  }

  private static String named(@org.jspecify.annotations.Nullable Path path) {
    return path == null ? "." : path.toString().replace('\\', '/');
  }
}

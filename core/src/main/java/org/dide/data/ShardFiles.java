package org.dide.data;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dide.InputException;

/**
 * Finds the files that a data set was cut into, sorted by path: a file; a folder, with a folder
 * below it for each part that is told apart ({@code train}, {@code dev} or {@code val}, {@code
 * test}, see {@link #FOLDERS}); or a pattern, such as {@code cc3m-{00000..00330}.tar} or {@code
 * cc3m-*.tar}.
 *
 * @param name of the data set
 * @param parts each file's, where a folder says it
 */
record ShardFiles(String name, Map<Path, Optional<Split>> parts) {
  private static final Map<String, Split> FOLDERS =
      Map.of(
          "train", Split.TRAIN,
          "dev", Split.DEV,
          "val", Split.DEV,
          "valid", Split.DEV,
          "validation", Split.DEV,
          "test", Split.TEST);
  private static final Pattern RANGE = Pattern.compile("\\{(\\d+)\\.\\.(\\d+)}");
  private static final Pattern WILD = Pattern.compile("[*?\\[{\\\\]");

  /**
   * The files at a place.
   *
   * @param ending of their names, with its dot
   * @param problems hears of files that a range names and that are not there, and of folders with
   *     such files that are not read
   * @throws InputException if there is none, or the place cannot be read
   */
  static ShardFiles find(Path place, String ending, ProblemListener problems) {
    Map<Path, Optional<Split>> parts = new LinkedHashMap<>();
    if (Files.isDirectory(place)) {
      for (Path folder : sorted(place, Files::isDirectory)) {
        Optional.ofNullable(FOLDERS.get(folder.getFileName().toString()))
            .ifPresentOrElse(
                split -> in(folder, ending).forEach(file -> parts.put(file, Optional.of(split))),
                () -> tellUnread(folder, ending, problems));
      }
      in(place, ending).forEach(file -> parts.put(file, Optional.empty()));
    } else if (Files.exists(place)) {
      parts.put(place, Optional.empty());
    } else {
      matching(place, problems).forEach(file -> parts.put(file, Optional.empty()));
    }
    if (parts.isEmpty()) {
      throw new InputException(
          "%s: found no file %s; allowed: a file, a folder of them, or a pattern such as shard-{00000..00330}%s"
              .formatted(place, "*" + ending, ending));
    }
    return new ShardFiles(name(place, ending), parts);
  }

  private static List<Path> in(Path folder, String ending) {
    return sorted(folder, file -> file.getFileName().toString().endsWith(ending));
  }

  private static void tellUnread(Path folder, String ending, ProblemListener problems) {
    int files = Files.isReadable(folder) ? in(folder, ending).size() : 0;
    if (files > 0) {
      problems.onLeftOut(
          "%s: %d files %s are left out; folders that are read: %s"
              .formatted(
                  folder,
                  files,
                  "*" + ending,
                  String.join(", ", FOLDERS.keySet().stream().sorted().toList())));
    }
  }

  private static List<Path> matching(Path pattern, ProblemListener problems) {
    Path folder = Optional.ofNullable(pattern.getParent()).orElse(Path.of(""));
    if (!Files.isDirectory(folder)) {
      throw new InputException("%s: there is no folder %s".formatted(pattern, folder));
    }
    List<Path> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String name : expanded(String.valueOf(pattern.getFileName()))) {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
      List<Path> its = sorted(folder, file -> matcher.matches(file.getFileName()));
      if (its.isEmpty() && !WILD.matcher(name).find()) {
        missing.add(name);
      }
      found.addAll(its);
    }
    if (!found.isEmpty() && !missing.isEmpty()) {
      problems.onUnreadable(
          new InputException(
              "%s: %d of the files that it names are not there, the first is %s"
                  .formatted(pattern, missing.size(), missing.get(0))));
    }
    return found;
  }

  /** A name for each number of a range, as shells and WebDataset write them. */
  private static List<String> expanded(String name) {
    Matcher range = RANGE.matcher(name);
    if (!range.find()) {
      return List.of(name);
    }
    List<String> names = new ArrayList<>();
    int width = range.group(1).length();
    try {
      for (int i = Integer.parseInt(range.group(1)); i <= Integer.parseInt(range.group(2)); i++) {
        String number = ("%0" + width + "d").formatted(i);
        names.addAll(
            expanded(name.substring(0, range.start()) + number + name.substring(range.end())));
      }
    } catch (NumberFormatException e) {
      throw new InputException("%s: no range of numbers that there may be".formatted(name), e);
    }
    return names;
  }

  private static List<Path> sorted(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(wanted)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw TextFiles.unreadable(folder, e);
    }
  }

  /** The place's own, without wild cards and what joins numbers to it. */
  private static String name(Path place, String ending) {
    String own = String.valueOf(place.toAbsolutePath().normalize().getFileName());
    String stem = own.endsWith(ending) ? own.substring(0, own.length() - ending.length()) : own;
    String plain = stem.replaceAll("[*?\\[{].*", "").replaceAll("[-_.]+$", "");
    return plain.isEmpty() ? "shards" : plain;
  }

  /** A file's own name, with its part's where a folder tells it: {@code train/cc3m-00012}. */
  static String name(Path file, Optional<Split> part, String ending) {
    String own = file.getFileName().toString();
    String stem = own.endsWith(ending) ? own.substring(0, own.length() - ending.length()) : own;
    return part.map(split -> split + "/" + stem).orElse(stem);
  }
}

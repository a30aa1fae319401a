package org.dide.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dide.AtomicFile;
import org.dide.InputException;
import org.dide.hub.JsonText;

/**
 * The records of a store's commits. A commit counts from the moment that its record has its name.
 *
 * @param folder they lie in
 */
record Records(Path folder) {
  private static final Pattern NAME = Pattern.compile("([0-9]{20})-([0-9a-f]{8})\\.json");

  /** The files of all commits, the oldest first. */
  List<Path> files() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .filter(path -> NAME.matcher(path.getFileName().toString()).matches())
          .sorted(Comparator.comparing(path -> path.getFileName().toString()))
          .toList();
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(folder, e), e);
    }
  }

  /** The file of the last commit. */
  Optional<Path> newest() {
    List<Path> all = files();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * Reads a commit's record.
   *
   * @throws InputException if it is damaged
   */
  Snapshot read(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (!name.matches() || !FileRecord.checksum(bytes).equals(name.group(2))) {
        throw new InputException(
            "%s: is damaged: its content has the checksum %s"
                .formatted(file, FileRecord.checksum(bytes)));
      }
      return JsonText.parse(new String(bytes, UTF_8), file.toString(), Snapshot.class);
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }

  /** Writes a commit's record; from here on the commit counts. */
  Path write(Snapshot snapshot) {
    Path file = file(snapshot);
    AtomicFile.write(file, bytes(snapshot));
    return file;
  }

  /** Where the record of a commit lies. */
  Path file(Snapshot snapshot) {
    return folder.resolve(
        "%020d-%s.json".formatted(snapshot.version(), FileRecord.checksum(bytes(snapshot))));
  }

  private static byte[] bytes(Snapshot snapshot) {
    return JsonText.indented(snapshot).getBytes(UTF_8);
  }
}

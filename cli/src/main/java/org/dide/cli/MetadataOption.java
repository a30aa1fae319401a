package org.dide.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dide.InputException;
import org.dide.store.Metadata;
import picocli.CommandLine.Option;

/** What is known of the items that are to be stored. */
final class MetadataOption {
  @Option(
      names = "--metadata",
      paramLabel = "FILE",
      description =
          "What is known of the items beside what they look like, for --where: .jsonl with an id"
              + " and any other fields a line. Where this alone has changed, nothing is encoded"
              + " again.")
  private Optional<Path> file = Optional.empty();

  /**
   * Reads it, and tells of how many ids there is no item.
   *
   * @param items ids of all that are to be stored
   * @throws InputException if the file cannot be read, or there is an item of none of its ids
   */
  Optional<Metadata> read(List<String> items, PrintWriter err) {
    Optional<Metadata> read = file.map(Metadata::read);
    read.ifPresent(known -> compare(known.values().keySet(), items, err));
    return read;
  }

  private void compare(Set<String> known, List<String> items, PrintWriter err) {
    Set<String> strange = new HashSet<>(known);
    items.forEach(strange::remove);
    if (strange.isEmpty()) {
      return;
    }
    String first = strange.stream().sorted().findFirst().orElseThrow();
    if (strange.size() == known.size()) {
      throw new InputException(
          ("%s: found %,d ids, such as '%s', and none of an item that is to be stored; allowed are"
                  + " ids such as '%s'")
              .formatted(file.orElseThrow(), known.size(), first, items.get(0)));
    }
    err.printf(
        "%s: %,d of %,d ids are of no item that is to be stored, such as '%s'%n",
        file.orElseThrow(), strange.size(), known.size(), first);
    err.flush();
  }
}

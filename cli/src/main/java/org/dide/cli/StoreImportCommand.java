package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dide.store.StoreWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide store import}: rows from Parquet into a store. */
@Command(
    name = "import",
    description = {
      "Add the rows that dide store export wrote to a store, which is made if it is not there; a row"
          + " takes the place of one with its id.",
      "",
      "Every file is checked first. A store of another model is refused. If this is ended midway, the"
          + " same command completes it.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide store import holiday.parquet --store holiday.store",
      "  dide store import friends.parquet --store holiday.store --json",
      "  dide store import holiday.parquet --store small.store --precision int8",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class StoreImportCommand extends BaseCommand {
  @Parameters(paramLabel = "DIR", description = "The folder that dide store export wrote.")
  private Path from = Path.of("");

  @Option(
      names = "--store",
      paramLabel = "DIR",
      required = true,
      description = "The store to add to; made if it is not there.")
  private Path folder = Path.of("");

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      description =
          "Of the vectors in a new store: ${COMPLETION-CANDIDATES}. Default: that of the rows.")
  private Optional<StoredPrecision> precision = Optional.empty();

  @Override
  public Integer call() {
    try (StoreWriter store =
        StoreWriter.openOrCreateFor(folder, from, precision.map(StoredPrecision::type))) {
      precision.ifPresent(wanted -> wanted.require(folder, store.description()));
      long rows = store.importParquet(from);
      store.compact();
      if (json()) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("store", folder.toString());
        all.put("rows", rows);
        all.put("size", store.size());
        printJson(all);
      } else {
        out().printf("%,d rows read; %s now holds %,d%n", rows, folder, store.size());
        out().flush();
      }
    }
    return DONE;
  }
}

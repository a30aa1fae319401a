package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dide.store.VectorStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide store export}: a store's rows as Parquet. */
@Command(
    name = "export",
    description = {
      "Write all that a store holds as Parquet files, which other programs read as one table.",
      "",
      "The folder also gets _store.json, which says what model the vectors are of; dide store import"
          + " needs it, other programs pass over it. The folder appears when it is whole.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide store export holiday.store --to holiday.parquet",
      "  dide store export holiday.store --to holiday.parquet --json",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class StoreExportCommand extends BaseCommand {
  @Parameters(paramLabel = "STORE", description = "The store.")
  private Path folder = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "A folder that is not there yet.")
  private Path to = Path.of("");

  @Override
  public Integer call() {
    try (VectorStore store = VectorStore.open(folder)) {
      store.exportParquet(to);
      if (json()) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("to", to.toString());
        all.put("rows", store.size());
        printJson(all);
      } else {
        out().printf("%,d rows in %s%n", store.size(), to);
        out().flush();
      }
    }
    return DONE;
  }
}

package org.dide.cli;

import picocli.CommandLine.Command;

/** {@code dide store}: looks into a store, indexes it, and brings its rows out and in. */
@Command(
    name = "store",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Look into a store that dide encode made; index it for searches; write its rows as Parquet,"
          + " for other programs, and read them back.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide store show holiday.store",
      "  dide store export holiday.store --to holiday.parquet",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    },
    subcommands = {
      StoreShowCommand.class,
      StoreIndexCommand.class,
      StoreExportCommand.class,
      StoreImportCommand.class
    })
final class StoreCommand {}

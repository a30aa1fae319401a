package org.dide.cli;

import picocli.CommandLine.Command;

/** {@code dide data}: looks at data sets, and draws the generated one. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {"Look at a data set before hours are spent on it; draw the generated one.", ""},
    footer = {
      "",
      "Examples:",
      "  dide data check --format easy_vqa data/easy-vqa",
      "  dide data scenes --out my-scenes --count 200",
      "",
      "Exit code: 0 done, 1 failed or something is wrong with the data, 2 wrong usage."
    },
    subcommands = {
      DataCheckCommand.class,
      DataStatsCommand.class,
      DataScenesCommand.class,
      DataShardsCommand.class,
      DataVocabularyCommand.class
    })
final class DataCommand {}

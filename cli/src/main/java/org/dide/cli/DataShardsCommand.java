package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.ProblemListener;
import org.dide.data.ShardWriter;
import org.dide.data.TaskName;
import org.dide.data.source.DataSettings;
import org.dide.data.source.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dide data shards}: captioned pictures as tars, which are read faster than many files. */
@Command(
    name = "shards",
    description = {
      "Write captioned pictures as tars that are read from beginning to end (WebDataset).",
      "",
      "Reads data of any format with captions and writes train/NAME-00000.tar and so on, dev/ and"
          + " test/, to be read with --format webdataset. Pictures keep their files' bytes; drawn"
          + " ones are PNG. Each tar is written aside and renamed: run it again after an"
          + " interruption, and it goes on with the tars that are not there yet.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide data shards --format flickr8k data/flickr8k --out shards/flickr8k",
      "  dide data shards --format arrow 'vilt/conceptual_caption_*.arrow' --out cc3m --examples 5000",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class DataShardsCommand extends BaseCommand {
  @Mixin private DataOptions data = new DataOptions();

  @Mixin private DataPath path = new DataPath();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "A new folder for the tars, or one of the same data that was interrupted.")
  private Path folder = Path.of("");

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Most pictures in a tar, with their captions. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10000")
  private int examples;

  @Override
  public Integer call() {
    requireAtLeast(1, "--examples", examples);
    DataSettings settings = data.settings(path.given(), Optional.of(TaskName.PRETRAINING));
    Problems problems = new Problems();
    DataSource source = DataSource.open(TaskName.PRETRAINING, settings);
    ShardWriter writer = ShardWriter.of(source.splits(), examples);
    ShardWriter.Result result;
    try (PictureProgress progress =
        PictureProgress.onStandardError(err(), "writing", writer.pictures())) {
      result = writer.write(folder, progress::done, problems);
    }
    report(result, problems.leftOut);
    return DONE;
  }

  /** Tells of each picture that is left out. */
  private final class Problems implements ProblemListener {
    private int leftOut;

    @Override
    public void onProblem(InputException problem) {
      throw problem;
    }

    @Override
    public void onUnreadable(InputException problem) {
      leftOut++;
      err().printf("left out: %s%n", problem.getMessage());
      err().flush();
    }
  }

  private void report(ShardWriter.Result result, int leftOut) {
    if (json()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("folder", folder);
      facts.put("pictures", result.pictures());
      facts.put("leftOut", leftOut);
      facts.put("written", result.written());
      facts.put("kept", result.kept());
      printJson(facts);
      return;
    }
    out()
        .printf(
            "written: %s, %d pictures in %d tars, %d of them new; left out: %d%n",
            folder, result.pictures(), result.written() + result.kept(), result.written(), leftOut);
    out().flush();
  }
}

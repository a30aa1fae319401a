package org.dide.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dide.data.DataCheck;
import org.dide.data.source.DataSettings;
import org.dide.data.source.DataSource;
import org.dide.train.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dide data check}: everything that is wrong with a data set. */
@Command(
    name = "check",
    description = {
      "Find everything that is wrong with a data set, before hours are spent on it.",
      "",
      "Lists every problem at once: records that cannot be used, ids that stand twice, empty and"
          + " overlong texts, pictures that are missing or cannot be decoded (errors); answers that"
          + " no model could give, texts that are cut, pictures that train shares with dev or test,"
          + " records that the format leaves out, parts without examples (warnings). Writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide data check --format vqa_v2 --no-pictures data/vqa",
      "  dide data check --format jsonl my-data/questions.jsonl",
      "  dide data check --format snli_ve --picture-folder flickr30k-images data/snli-ve",
      "  dide data check --recipe easy-vqa-teacher data/easy-vqa",
      "",
      "Exit code: 0 if there are warnings at most, 1 if there are errors, 2 wrong usage."
    })
final class DataCheckCommand extends BaseCommand {
  /** ViLT's. */
  private static final int DEFAULT_TOKENS = 40;

  /** [CLS] and [SEP], which every text has. */
  private static final int FEWEST_TOKENS = 2;

  @Mixin private DataOptions data = new DataOptions();

  @Mixin private TaskOption task = new TaskOption();

  @Mixin private DataPath path = new DataPath();

  @Option(names = "--no-pictures", description = "Do not decode pictures, which takes a while.")
  private boolean noPictures;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description =
          "Tokens that the model reads of a text, [CLS] and [SEP] included. Default: the recipe's,"
              + " or "
              + DEFAULT_TOKENS
              + ".")
  private Optional<Integer> maxTokens = Optional.empty();

  @Override
  public Integer call() {
    requireAtLeast(FEWEST_TOKENS, "--max-tokens", maxTokens.orElse(DEFAULT_TOKENS));
    DataSettings settings = data.settings(path.given(), task.named());
    DataCheck check =
        DataSource.check(
            task.of(settings, data.recipe()),
            settings,
            new DataCheck.Settings(tokens(), !noPictures));
    if (json()) {
      print(check);
    } else {
      printText(check);
    }
    return check.isUsable() ? DONE : FAILED;
  }

  private int tokens() {
    return maxTokens.orElseGet(
        () -> data.recipe().map(DataCheckCommand::tokens).orElse(DEFAULT_TOKENS));
  }

  private static int tokens(Recipe recipe) {
    return recipe.model().architecture().maxTextLength();
  }

  private void printText(DataCheck check) {
    for (DataCheck.Problem problem : check.problems()) {
      out().printf("%s: %s%n", problem.kind().isError() ? "error" : "warning", problem.message());
    }
    for (DataCheck.Count part : check.parts()) {
      out().printf("%s: %d examples, %d pictures%n", part.name(), part.examples(), part.pictures());
    }
    long errors = check.errors();
    out().printf("errors: %d, warnings: %d%n", errors, check.problems().size() - errors);
    out().flush();
  }

  private void print(DataCheck check) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("usable", check.isUsable());
    result.put("errors", check.errors());
    result.put("warnings", check.problems().size() - check.errors());
    result.put("parts", check.parts());
    result.put(
        "problems",
        check.problems().stream()
            .map(
                problem -> {
                  Map<String, Object> entry = new LinkedHashMap<>();
                  entry.put("kind", problem.kind());
                  entry.put("error", problem.kind().isError());
                  entry.put("message", problem.message());
                  return entry;
                })
            .toList());
    printJson(result);
  }
}

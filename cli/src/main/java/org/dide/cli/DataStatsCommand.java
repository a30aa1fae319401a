package org.dide.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.dide.data.DataStatistics;
import org.dide.data.DataStatistics.BlindScores;
import org.dide.data.DataStatistics.Lengths;
import org.dide.data.DataStatistics.Part;
import org.dide.data.TaskName;
import org.dide.data.source.DataSettings;
import org.dide.data.source.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dide data stats}: what is in a data set. */
@Command(
    name = "stats",
    description = {
      "Count what is in a data set, and how far it can be answered without looking.",
      "",
      "Tells of each part how many questions, pictures, kinds of questions and answers it has, and"
          + " what train's most frequent answer and a bag of words score on dev and test: a model"
          + " that is no better has not shown that it sees. Writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide data stats --format easy_vqa data/easy-vqa",
      "  dide data stats --format nlvr --task reasoning data/nlvr",
      "  dide data stats --format scenes --json",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class DataStatsCommand extends BaseCommand {
  @Mixin private DataOptions data = new DataOptions();

  @Mixin private TaskOption task = new TaskOption();

  @Mixin private DataPath path = new DataPath();

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Most frequent answers to name. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private int top;

  @Override
  public Integer call() {
    requireAtLeast(0, "--top", top);
    DataSettings settings = data.settings(path.given(), task.named());
    TaskName asked = task.of(settings, data.recipe());
    DataStatistics statistics = DataStatistics.of(DataSource.open(asked, settings).splits(), top);
    if (json()) {
      printJson(statistics);
      return DONE;
    }
    statistics.parts().forEach(this::print);
    printBlindScores(statistics.blindScores());
    out().flush();
    return DONE;
  }

  private void print(Part part) {
    Lengths words = part.wordsInText();
    out().println(part.name());
    new Facts()
        .add("  questions", part.texts())
        .add("  pictures", part.pictures())
        .addFormatted(
            "  words", "%d to %d, %.1f on average", words.least(), words.most(), words.mean())
        .add("  kinds", kinds(part))
        .add("  answers", answers(part))
        .print(out());
    out().println();
  }

  private static String kinds(Part part) {
    String kinds =
        part.types().entrySet().stream()
            .filter(type -> !type.getKey().isEmpty())
            .map(type -> "%s %d".formatted(type.getKey(), type.getValue()))
            .collect(Collectors.joining(", "));
    return kinds.isEmpty() ? "none are named" : kinds;
  }

  private static String answers(Part part) {
    if (part.differentAnswers() == 0) {
      return "none are known";
    }
    String some =
        part.answers().stream()
            .map(
                answer ->
                    String.format(
                        Locale.ROOT,
                        "%s %.1f %%",
                        answer.answer(),
                        100.0 * answer.count() / part.texts()))
            .collect(Collectors.joining(", "));
    String more = part.answers().size() < part.differentAnswers() ? ", …" : "";
    return "%d different: %s%s".formatted(part.differentAnswers(), some, more);
  }

  private void printBlindScores(List<BlindScores> scores) {
    if (scores.isEmpty()) {
      out().println("without looking: unknown, as train or the other parts have no known answers");
      return;
    }
    out().println("without looking:");
    Facts facts = new Facts();
    for (BlindScores score : scores) {
      facts.addFormatted(
          "  " + score.name(),
          "always \"%s\" scores %.3f, a bag of words %.3f",
          score.majorityAnswer(),
          score.majority(),
          score.bagOfWords());
    }
    facts.print(out());
  }
}

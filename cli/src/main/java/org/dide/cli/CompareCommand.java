package org.dide.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.data.Split;
import org.dide.report.RunComparison;
import org.dide.report.RunComparison.Difference;
import org.dide.report.RunGroup;
import org.dide.report.Spread;
import org.dide.train.FinishedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide compare}: recipes beside each other, each over its seeds. */
@Command(
    name = "compare",
    description = {
      "Bring finished trainings together: mean ± sample standard deviation over seeds.",
      "",
      "Runs whose recipes have the same name make one line. They may differ in their seeds, teachers"
          + " and starts only; the same seed twice is an error. Figures are those that the runs stored"
          + " with their best models: the score first, then scores by kind of question, then"
          + " others. One seed has no deviation; – stands for what a run lacks.",
      "",
      "With --against, a column more tells how far each line's first figure is above that of NAME:"
          + " where both have the same seeds, as mean ± deviation of the differences seed by seed,"
          + " else as difference of the means. Writes nothing but the file of --plot.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide compare runs/scenes-soft-1 runs/scenes-soft-2 runs/scenes-soft-3",
      "  dide compare runs/scenes-* --against scenes-student --figures score/count",
      "  dide compare runs/scenes-* --split dev --unfinished --markdown --plot dev.svg",
      "  dide compare runs/small runs/large --costs small=1.2,large=7.5 --plot costs.svg",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class CompareCommand extends BaseCommand {
  private static final String MISSING = "–";

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Run folders, as train makes them.")
  private List<Path> folders = List.of();

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "Whose figures: test, or dev (of the step that was best there). Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "test")
  private Split split = Split.TEST;

  @Option(
      names = "--figures",
      paramLabel = "NAME",
      split = ",",
      description = "Which figures, such as score,score/count. Default: all.")
  private List<String> figures = List.of();

  @Option(
      names = "--against",
      paramLabel = "NAME",
      description = "Also tell how far each line's first figure is above that of this one.")
  private Optional<String> against = Optional.empty();

  @Option(
      names = "--unfinished",
      description = "Leave out runs that are not finished, and say so, instead of failing.")
  private boolean unfinished;

  @Option(names = "--markdown", description = "Print the table as Markdown, to paste in a page.")
  private boolean markdown;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description =
          "Draw the first figure as SVG: a dot at each mean, whiskers of one deviation, and seeds as"
              + " small points.")
  private Optional<Path> plot = Optional.empty();

  @Option(
      names = "--costs",
      paramLabel = "NAME=COST",
      split = ",",
      description =
          "What each recipe's model costs, a number above 0: --plot then draws the first figure"
              + " against these.")
  private Map<String, Double> costs = Map.of();

  @Option(
      names = "--cost-unit",
      paramLabel = "TEXT",
      description = "What a cost is, below its axis. Default: ${DEFAULT-VALUE}.",
      defaultValue = "milliseconds a question")
  private String costUnit = "";

  @Override
  public Integer call() {
    requireSense();
    List<Path> leftOut = new ArrayList<>();
    RunComparison comparison = RunComparison.of(finished(leftOut), split, figures);
    Optional<RunGroup> base = against.map(comparison::group);
    leftOut.forEach(folder -> err().printf("%s: not finished, left out%n", folder));
    plot.ifPresent(file -> draw(comparison, file));
    if (json()) {
      print(comparison, base, leftOut);
    } else {
      print(table(comparison, base));
    }
    return DONE;
  }

  private void requireSense() {
    if (split == Split.TRAIN) {
      throw usage("--split: found train, allowed are dev and test");
    }
    if (json() && markdown) {
      throw usage("--json and --markdown: allowed is one of them");
    }
    if (!costs.isEmpty() && plot.isEmpty()) {
      throw usage("--costs: only --plot draws them");
    }
  }

  private void draw(RunComparison comparison, Path file) {
    String figure = comparison.figures().get(0);
    if (costs.isEmpty()) {
      comparison.chart(figure).write(file);
    } else {
      comparison.chart(figure, costs, costUnit).write(file);
    }
  }

  /**
   * Looks at all runs.
   *
   * @param leftOut gets those that are not finished
   * @throws InputException if there are such, and they are not to be left out
   */
  private List<FinishedRun> finished(List<Path> leftOut) {
    List<FinishedRun> runs = new ArrayList<>();
    for (Path folder : folders) {
      FinishedRun.of(folder).ifPresentOrElse(runs::add, () -> leftOut.add(folder));
    }
    if (!leftOut.isEmpty() && !unfinished) {
      throw new InputException(
          "%s: not finished; --unfinished leaves out what is not"
              .formatted(leftOut.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }
    return runs;
  }

  private void print(TextTable table) {
    if (markdown) {
      table.printMarkdown(out());
    } else {
      table.print(out());
    }
    out().flush();
  }

  private static TextTable table(RunComparison comparison, Optional<RunGroup> base) {
    List<String> headings = new ArrayList<>(List.of("name", "seeds"));
    headings.addAll(comparison.figures());
    base.ifPresent(
        group -> headings.add("%s − %s".formatted(comparison.figures().get(0), group.name())));
    return new TextTable(
        headings, comparison.groups().stream().map(group -> row(comparison, group, base)).toList());
  }

  private static List<String> row(RunComparison of, RunGroup group, Optional<RunGroup> base) {
    List<String> row = new ArrayList<>();
    row.add(group.name());
    row.add(group.seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    for (String figure : of.figures()) {
      row.add(of.spread(group, figure).map(Spread::shown).orElse(MISSING));
    }
    base.ifPresent(
        other ->
            row.add(
                group.equals(other)
                    ? MISSING
                    : of.difference(group, other, of.figures().get(0))
                        .map(CompareCommand::shown)
                        .orElse(MISSING)));
    return row;
  }

  private static String shown(Difference difference) {
    String shown = difference.spread().shownSigned();
    return difference.paired() ? shown : shown + " (other seeds)";
  }

  private void print(RunComparison comparison, Optional<RunGroup> base, List<Path> leftOut) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("split", comparison.split());
    result.put(
        "groups",
        comparison.groups().stream().map(group -> forMachines(comparison, group, base)).toList());
    base.ifPresent(group -> result.put("against", group.name()));
    result.put("unfinished", leftOut);
    plot.ifPresent(file -> result.put("plot", file));
    printJson(result);
  }

  private static Map<String, Object> forMachines(
      RunComparison of, RunGroup group, Optional<RunGroup> base) {
    Map<String, Object> figures = new LinkedHashMap<>();
    Map<String, Object> differences = new LinkedHashMap<>();
    for (String figure : of.figures()) {
      of.spread(group, figure)
          .ifPresent(
              spread -> {
                Map<String, Object> values = forMachines(spread);
                values.put("bySeed", group.bySeed(of.split(), figure));
                figures.put(figure, values);
              });
      base.filter(other -> !group.equals(other))
          .flatMap(other -> of.difference(group, other, figure))
          .ifPresent(
              difference -> {
                Map<String, Object> values = forMachines(difference.spread());
                values.put("paired", difference.paired());
                differences.put(figure, values);
              });
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", group.name());
    result.put("seeds", group.seeds());
    result.put("runs", group.runs().stream().map(FinishedRun::folder).toList());
    result.put("figures", figures);
    if (!differences.isEmpty()) {
      result.put("differences", differences);
    }
    return result;
  }

  /** A deviation that is not there is null. */
  private static Map<String, Object> forMachines(Spread spread) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("mean", spread.mean());
    values.put("deviation", spread.deviation().orElse(Double.NaN));
    return values;
  }
}

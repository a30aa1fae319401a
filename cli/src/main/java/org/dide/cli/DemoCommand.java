package org.dide.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.demo.Demo;
import org.dide.demo.DemoResult;
import org.dide.demo.DemoSettings;
import org.dide.demo.Speed;
import org.dide.tensor.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dide demo}: the whole story in minutes. */
@Command(
    name = "demo",
    description = {
      "Distil a small teacher into three students, compare them, and tell it in a page: scores,"
          + " speed, answers, attention. Takes about six minutes on two processors and nothing from"
          + " the network.",
      "",
      "Writes DIR/report.html; the best student as a model folder, DIR/model; pictures to ask"
          + " about, DIR/pictures; and a run folder for each student. Stopped by Ctrl-C, it goes on"
          + " where it was when it is called again.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide demo",
      "  dide demo --out demo-2 --seed 2",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
    })
final class DemoCommand extends BaseCommand {
  /** As in the recipes of all of its trainings. */
  private static final int THREADS = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where everything goes. Default: ${DEFAULT-VALUE}.",
      defaultValue = "demo")
  private Path out = Path.of("");

  @Option(
      names = "--from-scratch",
      description =
          "Train the teacher too, which takes half an hour, instead of taking the one"
              + " that dide brings.")
  private boolean fromScratch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of every training. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private long seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting of all recipes, such as steps=100; may be repeated.")
  private List<String> settings = List.of();

  @Override
  public Integer call() throws Exception {
    Engine.configure(threads() == 0 ? THREADS : threads());
    Optional<Path> shipped = fromScratch ? Optional.empty() : Optional.of(shippedTeacher());
    DemoSettings asked = DemoSettings.standard(out, shipped, seed, settings);
    try (Interruption interruption = Interruption.listen();
        DemoProgress progress = DemoProgress.onStandardError()) {
      Optional<DemoResult> result = new Demo(asked, progress, interruption.requested()).run();
      if (result.isEmpty()) {
        progress.message("interrupted; the same command goes on from here");
        return INTERRUPTED;
      }
      progress.close();
      print(asked, result.get());
      return DONE;
    }
  }

  private static Path shippedTeacher() {
    Path teacher = Home.folder().orElse(Path.of("")).resolve(Path.of("models", "scenes-teacher"));
    if (!Files.isDirectory(teacher)) {
      throw new InputException(
          "%s: there is no teacher; start with the launcher dide, which knows its folder, or train"
                  .formatted(teacher)
              + " one with --from-scratch");
    }
    return teacher;
  }

  private void print(DemoSettings asked, DemoResult result) {
    if (json()) {
      printJson(result);
      return;
    }
    printScores(result);
    printSpeeds(result);
    out().printf("report: %s%n%ntry next:%n", asked.report());
    String model = " --model " + asked.model();
    String picture = " --image " + asked.picture(0);
    out().printf("  dide ask%s%s \"%s\"%n", picture, model, result.question());
    String store = " --store " + asked.store();
    out().printf("  dide encode %s%s%s%n", asked.pictures(), model, store);
    out().printf("  dide ask%s%s \"%s\"%n", store, model, result.stored().question());
    out()
        .printf(
            "  dide attend%s%s --teacher %s \"%s\"%n",
            picture, model, asked.teacher(), result.question());
    out().flush();
  }

  private void printScores(DemoResult result) {
    List<String> models = List.copyOf(result.scores().keySet());
    out().printf("%-16s%14s", "right on test", "words alone");
    models.forEach(model -> out().printf("%14s", model));
    out().println();
    printScores(result, "all questions", "score");
    result.textOnly().counts().keySet().forEach(kind -> printScores(result, kind, "score/" + kind));
    out().println();
  }

  private void printScores(DemoResult result, String name, String metric) {
    out().printf("%-16s%14s", name, percent(result.textOnly().bagOfWords(), metric));
    result.scores().values().forEach(model -> out().printf("%14s", percent(model, metric)));
    out().println();
  }

  private static String percent(Map<String, Double> scores, String metric) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * scores.getOrDefault(metric, Double.NaN));
  }

  private void printSpeeds(DemoResult result) {
    out().printf("%-30s%10s%16s%14s%n", "speed", "at once", "a question", "times faster");
    for (Speed speed : result.speeds()) {
      out()
          .printf(
              Locale.ROOT,
              "%-30s%10d%13.0f µs%14.1f%n",
              speed.way(),
              speed.batch(),
              1000 * speed.milliseconds(),
              speed.timesFaster());
    }
    out().println();
  }
}

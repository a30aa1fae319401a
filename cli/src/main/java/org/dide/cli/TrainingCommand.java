package org.dide.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.Split;
import org.dide.evaluate.Evaluation;
import org.dide.report.RunReport;
import org.dide.tensor.Engine;
import org.dide.train.FinishedRun;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import org.dide.train.RunFolder;
import org.dide.train.Trainer;
import org.dide.train.TrainingRun;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Carries a recipe out in a run folder: what {@code train} and {@code distill} share. */
abstract class TrainingCommand extends BaseCommand {
  @Parameters(
      paramLabel = "RECIPE",
      arity = "0..1",
      description = "A recipe's file, or the name of one that dide brings (see dide recipes).")
  private Optional<String> recipe = Optional.empty();

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "The run folder. Default: runs/<name of the recipe>.")
  private Optional<Path> run = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Go on with the run in this folder, by its own recipe. Of a finished one, what was found"
              + " is printed again.")
  private Optional<Path> resume = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "The data's folder or file, instead of the recipe's (data.path).")
  private Optional<Path> data = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Seed of every draw (seed).")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting of the recipe, such as optimizer.rate=3e-4; may be repeated.")
  private List<String> settings = List.of();

  /** Settings that the command's own options ask for. */
  abstract List<String> ownSettings();

  /**
   * Holds the recipe to what this command is for.
   *
   * @throws InputException if the recipe is for another command
   */
  abstract void require(Recipe recipe);

  @Override
  public final Integer call() throws Exception {
    requireSense();
    try (RunFolder folder = resume.map(RunFolder::open).orElseGet(this::create)) {
      Recipe resolved = Recipes.parse(folder.recipe(), folder.recipeFile().toString());
      require(resolved);
      Optional<FinishedRun> finished = finished(folder);
      if (finished.isPresent()) {
        print(folder, finished.get());
        return DONE;
      }
      int chosen = threads() > 0 ? threads() : resolved.compute().threads();
      Engine.configure(chosen > 0 ? chosen : Engine.processors());
      try (TrainingRun training = prepare(resolved, folder)) {
        return carryOut(training, folder);
      }
    }
  }

  private void requireSense() {
    if (recipe.isPresent() == resume.isPresent()) {
      throw usage("name either a RECIPE to begin, or a run to --resume");
    }
    boolean changed =
        run.isPresent()
            || data.isPresent()
            || seed.isPresent()
            || !settings.isEmpty()
            || !ownSettings().isEmpty();
    if (resume.isPresent() && changed) {
      throw usage(
          "--resume goes on by the run's own recipe; allowed beside it are --threads and --json");
    }
  }

  /** Test is looked at once, and so not again where the report of that is there. */
  private Optional<FinishedRun> finished(RunFolder folder) {
    return Files.exists(folder.report()) ? resume.flatMap(FinishedRun::of) : Optional.empty();
  }

  /** A recipe that cannot be carried out leaves no run behind. */
  private TrainingRun prepare(Recipe resolved, RunFolder folder) {
    try {
      return TrainingRun.prepare(resolved);
    } catch (InputException e) {
      if (resume.isEmpty()) {
        folder.abandon();
      }
      throw e;
    }
  }

  private RunFolder create() {
    List<String> changes = new ArrayList<>(ownSettings());
    data.ifPresent(path -> changes.add(setting("data.path", path)));
    seed.ifPresent(number -> changes.add("seed=" + number));
    changes.addAll(settings);
    Recipe read = Recipes.read(recipe.orElseThrow(), changes);
    require(read);
    return RunFolder.create(run.orElseGet(() -> Path.of("runs", read.name())), Recipes.write(read));
  }

  private int carryOut(TrainingRun training, RunFolder folder) throws InterruptedException {
    long start = System.nanoTime();
    try (Interruption interruption = Interruption.listen();
        TrainingProgress progress = TrainingProgress.onStandardError()) {
      Trainer.Outcome outcome = training.train(folder, progress, interruption.requested());
      if (outcome == Trainer.Outcome.INTERRUPTED) {
        progress.message(
            "interrupted; to go on: dide %s --resume %s".formatted(name(), folder.path()));
        return INTERRUPTED;
      }
    }
    Evaluation test = training.test(folder);
    RunReport.write(training.training().recipe(), folder, training.training().data().test());
    print(
        folder,
        "%d examples with known answers".formatted(test.count()),
        test.metrics(),
        Duration.ofNanos(System.nanoTime() - start));
    return DONE;
  }

  private void print(RunFolder folder, FinishedRun finished) {
    print(folder, "as found when the run ended", finished.figures(Split.TEST), Duration.ZERO);
  }

  private void print(RunFolder folder, String what, Map<String, Double> test, Duration took) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("model", folder.best().toString());
      result.put("report", folder.report().toString());
      result.put("test", test);
      result.put("seconds", took.toMillis() / 1000.0);
      printJson(result);
      return;
    }
    out().printf("test, %s:%n", what);
    test.forEach((name, value) -> out().printf("  %-24s %.4f%n", name, value));
    out().printf("model:  %s%n", folder.best());
    out().printf("report: %s%n", folder.report());
    out().flush();
  }
}

package org.dide.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.dide.AtomicFolder;
import org.dide.InputException;

/**
 * How a run stands, seen from outside: its folder is neither locked nor changed, so that the run
 * may be going on.
 *
 * @param recipe what is trained and how
 * @param checkpoints steps that it could go on from, rising
 * @param training the last line that its training wrote, if any
 * @param evaluations what looks at dev found, in order
 * @param best the model that did best, if there is one yet
 */
public record RunSummary(
    Recipe recipe,
    List<Long> checkpoints,
    Optional<MetricsLog.Entry> training,
    List<MetricsLog.Entry> evaluations,
    Optional<Path> best) {
  private static final String TRAIN = "train";

  /** Keeps unmodifiable copies of the lists. */
  public RunSummary {
    checkpoints = List.copyOf(checkpoints);
    evaluations = List.copyOf(evaluations);
  }

  /** Whether there is a run in a folder. */
  public static boolean isRun(Path folder) {
    return Files.isRegularFile(RunFolder.recipeFile(folder));
  }

  /**
   * Looks at a run.
   *
   * @throws InputException if there is none in the folder, or a file of it cannot be read
   */
  public static RunSummary of(Path folder) {
    Path file = RunFolder.recipeFile(folder);
    Recipe recipe = Recipes.read(file.toString(), List.of());
    Path metrics = RunFolder.metrics(folder);
    List<MetricsLog.Entry> log = Files.exists(metrics) ? MetricsLog.read(metrics) : List.of();
    return new RunSummary(
        recipe,
        RunFolder.list(RunFolder.checkpoints(folder)).stream().map(Checkpoint::step).toList(),
        log.stream().filter(entry -> entry.split().equals(TRAIN)).reduce((first, last) -> last),
        log.stream().filter(entry -> !entry.split().equals(TRAIN)).toList(),
        Optional.of(RunFolder.best(folder))
            .filter(best -> Files.isDirectory(AtomicFolder.current(best))));
  }

  /** Steps done, as far as the log tells. */
  public long step() {
    return training.map(MetricsLog.Entry::step).orElse(0L);
  }

  /** The look at dev that scored best, the first of several. */
  public Optional<MetricsLog.Entry> bestEvaluation() {
    // max() would take the last of equals; min of the reversed order takes the first.
    return evaluations.stream().min(Comparator.comparingDouble(RunSummary::score).reversed());
  }

  private static double score(MetricsLog.Entry evaluation) {
    double score = evaluation.values().getOrDefault("score", Double.NEGATIVE_INFINITY);
    return Double.isNaN(score) ? Double.NEGATIVE_INFINITY : score;
  }
}

package org.dide.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.Split;
import org.dide.hub.ModelFolder;
import org.dide.hub.Provenance;

/**
 * A training that went to its end, and how good its best model became.
 *
 * @param folder of the run
 * @param recipe that it was trained by
 * @param results of the best model by part and name, such as {@code test/score}
 */
public record FinishedRun(Path folder, Recipe recipe, Map<String, Double> results) {
  /** Keeps an unmodifiable copy, in order. */
  public FinishedRun {
    results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
  }

  /**
   * Looks at a run, without loading its model.
   *
   * @return empty if it has not come to its end: test is looked at there, once
   * @throws InputException if there is no run in the folder, or a file of it cannot be read
   */
  public static Optional<FinishedRun> of(Path folder) {
    if (!RunSummary.isRun(folder)) {
      throw new InputException("%s: there is no run here (no recipe.yaml)".formatted(folder));
    }
    RunSummary summary = RunSummary.of(folder);
    Optional<FinishedRun> run =
        summary
            .best()
            .map(ModelFolder::provenance)
            .map(Provenance::results)
            .map(results -> new FinishedRun(folder, summary.recipe(), results));
    return run.filter(FinishedRun::isFinished);
  }

  /** Where no answers of test are known there are no figures of it, but a report at the end. */
  private boolean isFinished() {
    return !figures(Split.TEST).isEmpty() || Files.exists(RunFolder.report(folder));
  }

  /** The seed of its draws. */
  public long seed() {
    return recipe.seed();
  }

  /**
   * How good the best model is on a part of the data: figures by name, in the order in which they
   * were found; those of dev are what it was chosen by.
   */
  public Map<String, Double> figures(Split split) {
    String prefix = split + "/";
    Map<String, Double> figures = new LinkedHashMap<>();
    results.forEach(
        (name, value) -> {
          if (name.startsWith(prefix) && Double.isFinite(value)) {
            figures.put(name.substring(prefix.length()), value);
          }
        });
    return figures;
  }

  /**
   * The first setting in which another run's recipe differs, beside those that each run has of its
   * own: its seed, and the models that it learns and starts from.
   */
  public Optional<SettingDifference> differenceTo(FinishedRun other) {
    Map<String, String> here = Recipes.settings(recipe);
    Map<String, String> there = Recipes.settings(other.recipe);
    Map<String, String> all = new LinkedHashMap<>(here);
    there.forEach(all::putIfAbsent);
    return all.keySet().stream()
        .filter(key -> !isOfEachRun(key, other))
        .map(
            key ->
                new SettingDifference(
                    key, here.getOrDefault(key, "nothing"), there.getOrDefault(key, "nothing")))
        .filter(setting -> !setting.here().equals(setting.there()))
        .findFirst();
  }

  private boolean isOfEachRun(String key, FinishedRun other) {
    return switch (key) {
      case "seed", "teacher" -> true;
      case "start" -> !recipe.startFolder().isEmpty() && !other.recipe.startFolder().isEmpty();
      default -> false;
    };
  }

  /**
   * A setting in which two recipes differ.
   *
   * @param key such as {@code optimizer.rate}
   * @param here its value in one
   * @param there its value in the other
   */
  public record SettingDifference(String key, String here, String there) {}
}

package org.dide.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.Split;
import org.dide.train.FinishedRun;
import org.dide.train.FinishedRun.SettingDifference;

/**
 * Runs of one recipe that differ in their seeds.
 *
 * @param name of the recipe
 * @param runs by rising seed, at least one
 */
public record RunGroup(String name, List<FinishedRun> runs) {
  /**
   * Sorts the runs.
   *
   * @throws InputException if two runs have the same seed, or differ in something else
   */
  public RunGroup {
    runs = runs.stream().sorted(Comparator.comparingLong(FinishedRun::seed)).toList();
    for (int i = 1; i < runs.size(); i++) {
      requireOneRecipe(runs.get(0), runs.get(i));
      requireOtherSeed(runs.get(i - 1), runs.get(i));
    }
  }

  /**
   * Brings runs together by the names of their recipes.
   *
   * @return groups in the order in which their first runs come
   * @throws InputException if runs of one name differ in more than seed, teacher and folder to
   *     start from, or not in their seeds
   */
  public static List<RunGroup> of(List<FinishedRun> runs) {
    Map<String, List<FinishedRun>> byName = new LinkedHashMap<>();
    for (FinishedRun run : runs) {
      byName.computeIfAbsent(run.recipe().name(), name -> new ArrayList<>()).add(run);
    }
    return byName.entrySet().stream()
        .map(group -> new RunGroup(group.getKey(), group.getValue()))
        .toList();
  }

  private static void requireOneRecipe(FinishedRun first, FinishedRun other) {
    Optional<SettingDifference> difference = first.differenceTo(other);
    if (difference.isPresent()) {
      SettingDifference setting = difference.get();
      throw new InputException(
          ("%s and %s: both are called %s, but differ: %s: found %s and %s; allowed are other"
                  + " seeds, teachers and folders to start from, or another name")
              .formatted(
                  first.folder(),
                  other.folder(),
                  first.recipe().name(),
                  setting.key(),
                  setting.here(),
                  setting.there()));
    }
  }

  private static void requireOtherSeed(FinishedRun run, FinishedRun next) {
    if (run.seed() == next.seed()) {
      throw new InputException(
          "%s and %s: both are %s with seed %d, allowed is one run a seed"
              .formatted(run.folder(), next.folder(), run.recipe().name(), run.seed()));
    }
  }

  /** The seeds, rising. */
  public List<Long> seeds() {
    return runs.stream().map(FinishedRun::seed).toList();
  }

  /** One figure of those runs that have it, by rising seed. */
  public Map<Long, Double> bySeed(Split split, String figure) {
    Map<Long, Double> values = new LinkedHashMap<>();
    for (FinishedRun run : runs) {
      Optional.ofNullable(run.figures(split).get(figure))
          .ifPresent(value -> values.put(run.seed(), value));
    }
    return values;
  }
}

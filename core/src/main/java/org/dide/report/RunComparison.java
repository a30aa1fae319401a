package org.dide.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.data.Split;
import org.dide.train.FinishedRun;

/**
 * Finished runs side by side: each recipe's figures over its seeds.
 *
 * @param groups runs of one recipe each, in order
 * @param split the part of the data that the figures are of
 * @param figures that are compared, at least one, in order
 */
public record RunComparison(List<RunGroup> groups, Split split, List<String> figures) {
  private static final String SCORE = "score";

  /** Keeps unmodifiable copies of the lists. */
  public RunComparison {
    groups = List.copyOf(groups);
    figures = List.copyOf(figures);
  }

  /**
   * Compares runs.
   *
   * @param asked which figures, or none for all
   * @throws InputException if there are no runs, runs cannot be brought together (see {@link
   *     RunGroup#of}), a run has no figures of that part, or no run has one that is asked for
   */
  public static RunComparison of(List<FinishedRun> runs, Split split, List<String> asked) {
    if (runs.isEmpty()) {
      throw new InputException("found no finished run, needed is at least one");
    }
    for (FinishedRun run : runs) {
      if (run.figures(split).isEmpty()) {
        throw new InputException(
            "%s: there are no figures of %s, as no answers of it are known"
                .formatted(run.folder(), split));
      }
    }
    List<String> all = figures(runs, split);
    for (String figure : asked) {
      if (!all.contains(figure)) {
        throw new InputException(
            "figure '%s': no run has it on %s, allowed are %s"
                .formatted(figure, split, String.join(", ", all)));
      }
    }
    return new RunComparison(RunGroup.of(runs), split, asked.isEmpty() ? all : asked);
  }

  /** What there is: the score, then scores by kind, then others as they come. */
  private static List<String> figures(List<FinishedRun> runs, Split split) {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.addAll(run.figures(split).keySet()));
    List<String> sorted = new ArrayList<>(names);
    sorted.sort(Comparator.comparingInt(RunComparison::rank)); // stable
    return sorted;
  }

  private static int rank(String figure) {
    if (figure.equals(SCORE)) {
      return 0;
    }
    return figure.startsWith(SCORE + "/") ? 1 : 2;
  }

  /**
   * The group of that name.
   *
   * @throws InputException if there is none
   */
  public RunGroup group(String name) {
    return groups.stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "no run is called '%s', allowed are %s"
                        .formatted(
                            name,
                            groups.stream()
                                .map(RunGroup::name)
                                .collect(Collectors.joining(", ")))));
  }

  /** A figure over the seeds of a group; empty unless every run has it. */
  public Optional<Spread> spread(RunGroup group, String figure) {
    Map<Long, Double> values = group.bySeed(split, figure);
    return values.size() == group.runs().size()
        ? Optional.of(Spread.of(values.values()))
        : Optional.empty();
  }

  /**
   * How far a figure of a group is above that of another; empty unless every run of both has it.
   *
   * @param against what is subtracted
   */
  public Optional<Difference> difference(RunGroup group, RunGroup against, String figure) {
    Optional<Spread> mean = spread(group, figure);
    Optional<Spread> base = spread(against, figure);
    if (mean.isEmpty() || base.isEmpty()) {
      return Optional.empty();
    }
    if (!group.seeds().equals(against.seeds())) {
      double between = mean.get().mean() - base.get().mean();
      return Optional.of(new Difference(Spread.of(List.of(between)), false));
    }
    List<Double> bySeed = new ArrayList<>();
    Map<Long, Double> subtracted = against.bySeed(split, figure);
    group
        .bySeed(split, figure)
        .forEach((seed, value) -> bySeed.add(value - subtracted.getOrDefault(seed, Double.NaN)));
    return Optional.of(new Difference(Spread.of(bySeed), true));
  }

  /** A figure of all groups, drawn. */
  public SpreadChart chart(String figure) {
    return new SpreadChart(
        "%s on %s".formatted(figure, split),
        groups.stream()
            .map(
                group ->
                    new SpreadChart.Row(
                        group.name(), List.copyOf(group.bySeed(split, figure).values())))
            .toList());
  }

  /**
   * A figure of all groups against what each costs, drawn.
   *
   * @param costs by the names of groups, above 0
   * @param across what a cost is, with its unit
   * @throws InputException if a group has no cost, a cost no group, or a run lacks the figure
   */
  public CostChart chart(String figure, Map<String, Double> costs, String across) {
    costs.keySet().forEach(this::group);
    return new CostChart(
        "%s on %s".formatted(figure, split),
        across,
        groups.stream().map(group -> point(group, figure, costs)).toList());
  }

  private CostChart.Point point(RunGroup group, String figure, Map<String, Double> costs) {
    Spread reached =
        spread(group, figure)
            .orElseThrow(
                () ->
                    new InputException("%s: not all runs have %s".formatted(group.name(), figure)));
    double cost =
        Optional.ofNullable(costs.get(group.name()))
            .orElseThrow(
                () ->
                    new InputException(
                        "%s: found no cost, each needs one".formatted(group.name())));
    if (!(cost > 0) || !Double.isFinite(cost)) {
      throw new InputException(
          "%s: found a cost of %s, allowed is a number above 0".formatted(group.name(), cost));
    }
    return new CostChart.Point(group.name(), cost, reached);
  }

  /**
   * How far one group is above another.
   *
   * @param spread over seeds if paired, else the difference of the means alone
   * @param paired whether both have the same seeds, so that each seed has a difference
   */
  public record Difference(Spread spread, boolean paired) {}
}

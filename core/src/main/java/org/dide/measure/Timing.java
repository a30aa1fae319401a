package org.dide.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.dide.tensor.Scope;

/**
 * How long some work took.
 *
 * @param rounds seconds of every run, by round; none is empty
 */
public record Timing(List<double[]> rounds) {
  /** What a round goes on for if one run is shorter. */
  private static final double LEAST_SECONDS = 0.02;

  /** The same for the round that warms up: Java compiles what it has seen run for a while. */
  private static final double WARM_SECONDS = 0.1;

  /** Keeps an unmodifiable copy of the list. */
  public Timing {
    rounds = List.copyOf(rounds);
  }

  /** What is timed; each run has a {@link Scope} of its own. */
  @FunctionalInterface
  public interface Work {
    /** Does it once. */
    void run() throws InterruptedException;
  }

  /**
   * Times works by turns, so that whatever else the machine does hits them alike: each round runs
   * each of them in order, for 20 ms or once. A longer round before the first one warms up.
   *
   * @param rounds at least 1
   * @param begun hears of each round that begins, from 0, which is the one that warms up
   * @param stop ends it between two works
   * @return in the order of the works; empty if it was stopped
   */
  public static Optional<List<Timing>> byTurns(
      List<? extends Work> works, int rounds, IntConsumer begun, AtomicBoolean stop)
      throws InterruptedException {
    List<List<double[]>> seconds =
        works.stream().<List<double[]>>map(work -> new ArrayList<>()).toList();
    for (int round = 0; round <= rounds; round++) {
      begun.accept(round);
      for (int i = 0; i < works.size(); i++) {
        if (stop.get()) {
          return Optional.empty();
        }
        double[] runs = runs(works.get(i), round == 0 ? WARM_SECONDS : LEAST_SECONDS);
        if (round > 0) {
          seconds.get(i).add(runs);
        }
      }
    }
    return Optional.of(seconds.stream().map(Timing::new).toList());
  }

  private static double[] runs(Work work, double least) throws InterruptedException {
    List<Double> runs = new ArrayList<>();
    double sum = 0;
    while (sum < least) {
      long start = System.nanoTime();
      try (Scope scope = Scope.open()) {
        work.run();
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      runs.add(seconds);
      sum += seconds;
    }
    return runs.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The median of all runs, in seconds. */
  public double p50() {
    return median(all());
  }

  /** What 99 of 100 runs do not exceed, in seconds; of fewer than 100 the slowest. */
  public double p99() {
    double[] sorted = all();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
  }

  /** Runs in a second, slow ones included. */
  public double perSecond() {
    double[] all = all();
    return all.length / Arrays.stream(all).sum();
  }

  /** The median over rounds of how many times faster this was than another, by their medians. */
  public double timesFasterThan(Timing other) {
    return median(
        IntStream.range(0, rounds.size())
            .mapToDouble(i -> median(other.rounds.get(i)) / median(rounds.get(i)))
            .toArray());
  }

  private double[] all() {
    return rounds.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}

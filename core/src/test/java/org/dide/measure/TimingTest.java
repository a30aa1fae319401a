package org.dide.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimingTest {
  @Test
  void takesTheMedianOfAllRuns() {
    assertThat(timing(new double[] {5, 1}, new double[] {3}).p50()).isEqualTo(3);
    assertThat(timing(new double[] {5, 1}, new double[] {3, 4}).p50()).isEqualTo(3.5);
  }

  @Test
  void takesWhatNinetyNineOfAHundredDoNotExceed() {
    double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> i).toArray();
    assertThat(timing(hundred).p99()).isEqualTo(99);
    assertThat(timing(hundred, hundred).p99()).isEqualTo(99);
    assertThat(timing(new double[] {7}, new double[] {2}).p99()).isEqualTo(7);
  }

  @Test
  void countsSlowRunsInTheThroughput() {
    assertThat(timing(new double[] {1, 1}, new double[] {4}).perSecond())
        .isCloseTo(0.5, within(1e-12));
  }

  /** A machine that is ten times slower in one round changes no ratio. */
  @Test
  void comparesWithinRounds() {
    Timing slow = timing(new double[] {8}, new double[] {80}, new double[] {8});
    Timing fast = timing(new double[] {1, 2, 100}, new double[] {20}, new double[] {2});
    assertThat(fast.timesFasterThan(slow)).isEqualTo(4);
    assertThat(slow.timesFasterThan(fast)).isEqualTo(0.25);
  }

  @Test
  void runsByTurnsAfterWarmingUp() throws Exception {
    List<String> ran = new ArrayList<>();
    List<Integer> begun = new ArrayList<>();
    List<Timing> timings =
        Timing.byTurns(
                List.of(() -> pause(ran, "a"), () -> pause(ran, "b")),
                2,
                begun::add,
                new AtomicBoolean())
            .orElseThrow();
    assertThat(ran).containsExactly("a", "b", "a", "b", "a", "b");
    assertThat(begun).containsExactly(0, 1, 2);
    assertThat(timings).hasSize(2);
    assertThat(timings)
        .allSatisfy(timing -> assertThat(timing.rounds()).hasSize(2))
        .allSatisfy(timing -> assertThat(timing.p50()).isGreaterThan(0.02));
  }

  @Test
  void repeatsWhatIsShort() throws Exception {
    Timing timing =
        Timing.byTurns(List.<Timing.Work>of(() -> {}), 1, round -> {}, new AtomicBoolean())
            .orElseThrow()
            .get(0);
    assertThat(timing.rounds().get(0)).hasSizeGreaterThan(10);
  }

  @Test
  void stopsBetweenTwoWorks() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<String> ran = new ArrayList<>();
    Optional<List<Timing>> timings =
        Timing.byTurns(
            List.of(
                () -> {
                  pause(ran, "a");
                  stop.set(true);
                },
                () -> pause(ran, "b")),
            3,
            round -> {},
            stop);
    assertThat(timings).isEmpty();
    assertThat(ran).containsExactly("a");
  }

  private static void pause(List<String> ran, String name) throws InterruptedException {
    ran.add(name);
    Thread.sleep(101); // longer than any round has to be
  }

  private static Timing timing(double[]... rounds) {
    return new Timing(List.of(rounds));
  }
}

package org.dide.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgendaTest {
  private final List<DemoListener.Progress> told = new ArrayList<>();
  private long seconds;

  private final Agenda agenda =
      new Agenda(
          List.of(new Agenda.Item("a", 10), new Agenda.Item("b", 100), new Agenda.Item("c", 40)),
          new DemoListener() {
            @Override
            public void progress(Progress now) {
              told.add(now);
            }

            @Override
            public void message(String text) {}
          },
          () -> seconds * 1_000_000_000L);

  @Test
  void foretellsByThePlanThenByThePace() {
    agenda.begin(0);
    assertTold(1, "a", 0, 150);
    seconds = 20;
    agenda.begin(0); // "a" was never told to be done, so its time says nothing
    assertTold(2, "b", 0, 140);
    seconds = 50;
    agenda.at(0.25);
    assertTold(2, "b", 0.25, (75 + 40) * 2);
  }

  @Test
  void countsOnlyWhatThisRunDid() {
    agenda.begin(1);
    assertTold(1, "a", 1, 140);
    agenda.begin(0.5);
    assertTold(2, "b", 0.5, 90);
    seconds = 5;
    agenda.at(0.6);
    assertTold(2, "b", 0.6, (40 + 40) * 0.5);
    agenda.at(1);
    agenda.begin(0);
    assertTold(3, "c", 0, 40 * 0.1);
    agenda.end();
  }

  private void assertTold(int part, String what, double done, double left) {
    assertThat(told.get(told.size() - 1))
        .isEqualTo(
            new DemoListener.Progress(
                part, 3, what, done, Duration.ofMillis(Math.round(1000 * left))));
  }
}

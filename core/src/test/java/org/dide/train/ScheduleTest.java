package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.dide.InputException;
import org.dide.testing.Shared;
import org.dide.train.ScheduleSettings.Decay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @ValueSource(strings = {"vqa", "nlvr2_accumulate"})
  void followsTheReferenceTrajectories(String name) throws IOException {
    Path folder = Shared.path("golden/trajectory/" + name);
    JsonNode trajectory = new ObjectMapper().readTree(folder.resolve("case.json").toFile());
    JsonNode config = trajectory.get("config");
    JsonNode trainer = trajectory.get("trainer");
    long steps =
        trainer.get("max_steps").isNull()
            ? Schedule.totalSteps(
                trainer.get("train_batches_per_epoch").asLong(),
                trainer.get("max_epochs").asInt(),
                trajectory.get("accumulate_grad_batches").asInt())
            : trainer.get("max_steps").asLong();
    ScheduleSettings settings =
        new ScheduleSettings(
            config.get("warmup_steps").asDouble(),
            Decay.POWER,
            config.get("decay_power").asDouble(),
            config.get("end_lr").asDouble());
    Schedule schedule = Schedule.of(settings, steps, config.get("learning_rate").asDouble());

    for (JsonNode entry : trajectory.get("log")) {
      for (int group = 0; group < 4; group++) {
        double base = trajectory.get("param_groups").get(group).get("base_lr").asDouble();
        double expected = entry.get("lr_per_group").get(group).asDouble();
        assertThat(base * schedule.multiplier(entry.get("step").asLong()))
            .isCloseTo(expected, within(1e-12 * base));
      }
    }
  }

  @Test
  void risesThenFallsInAStraightLine() {
    Schedule schedule =
        Schedule.of(new ScheduleSettings(4, Decay.LINEAR, 1, 0.02), 12, 0.1); // ends at a fifth

    assertThat(schedule.multiplier(0)).isZero();
    assertThat(schedule.multiplier(1)).isEqualTo(0.25);
    assertThat(schedule.multiplier(4)).isEqualTo(1);
    assertThat(schedule.multiplier(8)).isCloseTo(0.6, within(1e-15));
    assertThat(schedule.multiplier(12)).isCloseTo(0.2, within(1e-15));
    assertThat(schedule.multiplier(13)).isCloseTo(0.2, within(1e-15));
  }

  @Test
  void fallsAsAPowerOfWhatRemains() {
    Schedule schedule = Schedule.of(new ScheduleSettings(0, Decay.POWER, 2, 0), 10, 1);

    assertThat(schedule.multiplier(0)).isEqualTo(1);
    assertThat(schedule.multiplier(5)).isCloseTo(0.25, within(1e-15));
    assertThat(schedule.multiplier(10)).isZero();
  }

  @Test
  void fallsAlongACosine() {
    Schedule schedule = Schedule.of(new ScheduleSettings(0.2, Decay.COSINE, 1, 0), 10, 1);

    assertThat(schedule.warmupSteps()).isEqualTo(2);
    assertThat(schedule.multiplier(2)).isEqualTo(1);
    assertThat(schedule.multiplier(4)).isCloseTo(0.5 * (1 + Math.sqrt(0.5)), within(1e-15));
    assertThat(schedule.multiplier(6)).isCloseTo(0.5, within(1e-15));
    assertThat(schedule.multiplier(10)).isCloseTo(0, within(1e-15));
    assertThat(schedule.multiplier(11)).isZero();
  }

  @Property
  void risesUpToTheWarmUpAndNeverAfterwards(
      @ForAll @IntRange(min = 1, max = 300) int steps,
      @ForAll @DoubleRange(min = 0, max = 0.99) double warmup,
      @ForAll @DoubleRange(min = 0.1, max = 3) double power,
      @ForAll @DoubleRange(min = 0, max = 1) double end) {
    Schedule schedule =
        Schedule.of(new ScheduleSettings(warmup, Decay.POWER, power, end), steps, 1);

    for (long step = 0; step < steps + 3; step++) {
      double now = schedule.multiplier(step);
      double next = schedule.multiplier(step + 1);
      assertThat(now).isBetween(0.0, 1.0);
      if (step < schedule.warmupSteps()) {
        assertThat(next).isGreaterThan(now);
      } else {
        assertThat(next).isLessThanOrEqualTo(now + 1e-15);
      }
    }
  }

  @Test
  void refusesImpossibleSettingsByName() {
    assertThatThrownBy(() -> new ScheduleSettings(1.5, Decay.LINEAR, 1, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("warmup: found 1.5");
    assertThatThrownBy(() -> new ScheduleSettings(0, Decay.COSINE, 1, 0.1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("end-rate");
    assertThatThrownBy(() -> Decay.of("step"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("linear, power, cosine");
    assertThat(Decay.of("cosine")).isEqualTo(Decay.COSINE);
  }
}

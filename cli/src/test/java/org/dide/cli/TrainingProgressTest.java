package org.dide.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.dide.train.EvaluationReport;
import org.dide.train.StepReport;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong time = new AtomicLong();
  private final TrainingProgress progress =
      TrainingProgress.lines(new PrintStream(bytes, true, UTF_8), time::get);

  @Test
  void printsALineInTenSecondsAndTheLastStep() {
    for (int step = 1; step <= 25; step++) {
      progress.step(report(step));
      time.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    assertThat(lines()).hasSize(4);
    assertThat(lines().get(0))
        .isEqualTo(
            "step 1 of 25, epoch 1: loss 1.500 (soft 1.000, attention 0.5000), rate 1.00e-04,"
                + " 640 examples/s, 1:01:05 left");
    assertThat(lines().get(1)).startsWith("step 11 of 25");
    assertThat(lines().get(3)).startsWith("step 25 of 25");
  }

  @Test
  void printsEvaluationsAndMessages() {
    progress.evaluation(new EvaluationReport(10, 1, "dev", Map.of("score", 0.61234), true));
    progress.message("stopped");

    assertThat(lines())
        .containsExactly("step 10, epoch 2: dev: score 0.6123, the best so far", "stopped");
  }

  private static StepReport report(int step) {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("soft", 1.0);
    parts.put("attention", 0.5);
    return new StepReport(step, 25, 0, 1.5, parts, 1e-4, 640, Duration.ofHours(1).plusSeconds(65));
  }

  private List<String> lines() {
    return bytes.toString(UTF_8).lines().toList();
  }
}

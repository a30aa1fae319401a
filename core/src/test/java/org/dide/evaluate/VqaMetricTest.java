package org.dide.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VqaMetricTest {
  @Test
  void scoresTheFirstOfTheSurestAnswers() {
    assertThat(VqaMetric.score(new float[] {0, 2, 2}, new float[] {1, 0.3f, 0.9f})).isEqualTo(0.3f);
    assertThat(VqaMetric.score(new float[] {-5, -7}, new float[] {0.6f, 1})).isEqualTo(0.6f);
    assertThatThrownBy(() -> VqaMetric.score(new float[2], new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void averagesOverExamplesAndByType() {
    VqaMetric metric = new VqaMetric();
    metric.add("number", 1);
    metric.add("other", 0.5);
    metric.add("other", 0);
    assertThat(metric.overall()).isEqualTo(new VqaMetric.Mean(0.5, 3));
    assertThat(metric.byType())
        .containsExactly(
            Map.entry("number", new VqaMetric.Mean(1, 1)),
            Map.entry("other", new VqaMetric.Mean(0.25, 2)));
  }

  @Test
  void isUndefinedWithoutExamples() {
    assertThat(new VqaMetric().overall().score()).isNaN();
    assertThat(new VqaMetric().byType()).isEmpty();
  }
}

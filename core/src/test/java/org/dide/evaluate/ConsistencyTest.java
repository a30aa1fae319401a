package org.dide.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.dide.task.VisualReasoning;
import org.junit.jupiter.api.Test;

class ConsistencyTest {
  private final Consistency consistency = new Consistency();

  @Test
  void countsStatementsThatAreRightOfAllTheirPictures() {
    consistency.add("both are red", true);
    consistency.add("one is round", true);
    consistency.add("both are red", false);
    consistency.add("one is round", true);
    consistency.add("both are red", true);
    consistency.add("none is blue", false);
    // Guesses: a half of three pictures, of two, of one.
    assertThat(consistency.figures(new VisualReasoning()))
        .isEqualTo(
            Map.of(
                "consistency", new Evaluation.Figure(1.0 / 3, (1.0 / 8 + 1.0 / 4 + 1.0 / 2) / 3)));
  }

  @Test
  void tellsNothingOfNothing() {
    assertThat(consistency.figures(new VisualReasoning())).isEmpty();
  }
}

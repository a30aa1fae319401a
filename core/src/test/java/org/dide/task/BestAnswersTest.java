package org.dide.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BestAnswersTest {
  @Property
  void theBestAreTheFirstOfAllInOrder(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = -3, max = 3) Integer> logits,
      @ForAll @IntRange(max = 45) int count) {
    List<Answer> best = task(logits.size()).answers(floats(logits), count);

    List<String> sorted =
        IntStream.range(0, logits.size())
            .boxed()
            .sorted(Comparator.comparingInt(label -> -logits.get(label))) // stable
            .limit(count)
            .map(label -> "answer " + label)
            .toList();
    assertThat(best.stream().map(Answer::text)).containsExactlyElementsOf(sorted);
  }

  @Test
  void probabilitiesAreOfEachAnswerAlone() {
    List<Answer> answers = task(3).answers(new float[] {0, -50, 2}, 3);

    assertThat(answers)
        .containsExactly(
            new Answer("answer 2", 1 / (1 + Math.exp(-2))),
            new Answer("answer 0", 0.5),
            new Answer("answer 1", 1 / (1 + Math.exp(50))));
  }

  private static VisualQuestionAnswering task(int answers) {
    return new VisualQuestionAnswering(
        IntStream.range(0, answers).mapToObj(label -> "answer " + label).toList());
  }

  private static float[] floats(List<Integer> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}

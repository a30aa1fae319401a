package org.dide.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.data.TaskName;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClassificationTest {
  private static final float[] LOGITS = {2, -1, 0.5f, 0.1f, 0.1f, -3};
  private final Task task = new VisualEntailment();
  private Scope scope = Scope.open();

  @BeforeEach
  void open() {
    scope.close();
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void lossIsTheMeanOfMinusLogProbabilities() {
    Tensor targets = task.targets(List.of(example("neutral"), example("entailment")));
    double expected = (-logProbability(0, 2) - logProbability(1, 1)) / 2;
    assertThat(task.hardLoss(Tensors.of(LOGITS, 2, 3), targets).item_double())
        .isCloseTo(expected, within(1e-6));
  }

  @Test
  void theFirstOfTheLargestLogitsCounts() {
    Tensor targets = task.targets(List.of(example("contradiction"), example("entailment")));
    assertThat(task.scores(Tensors.of(LOGITS, 2, 3), targets)).containsExactly(1, 0);
  }

  @Test
  void answersAreAllClassesMostLikelyFirst() {
    List<Answer> answers = task.answers(new float[] {2, -1, 0.5f}, 5);
    assertThat(answers.stream().map(Answer::text))
        .containsExactly("contradiction", "neutral", "entailment");
    assertThat(answers.get(0).probability())
        .isCloseTo(Math.exp(logProbability(0, 0)), within(1e-12));
    assertThat(answers.stream().mapToDouble(Answer::probability).sum()).isCloseTo(1, within(1e-12));
    assertThat(task.answers(new float[] {2, -1, 0.5f}, 1)).hasSize(1);
  }

  @Test
  void unknownLabelsHaveNoTarget() {
    Example unknown = new Example("u", List.of(), "", new Label.Unknown(), "");
    assertThat(Tensors.floats(task.targets(List.of(unknown)))).containsOnly(0);
  }

  @Test
  void refusesOtherClasses() {
    assertThatThrownBy(() -> task.targets(List.of(example("perhaps"))))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("example perhaps", "contradiction, entailment, neutral");
    assertThatThrownBy(() -> Task.named(TaskName.REASONING, List.of("true", "false")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("task reasoning: answers");
  }

  private static double logProbability(int row, int label) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      sum += Math.exp(LOGITS[3 * row + i]);
    }
    return LOGITS[3 * row + label] - Math.log(sum);
  }

  private static Example example(String label) {
    return new Example(label, List.of(), "", new Label.Choice(label), "");
  }
}

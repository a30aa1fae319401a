package org.dide.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.dide.random.Draws;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;

class SoftLabelsTest {
  private static final int ROWS = 3;
  private static final int CLASSES = 5;
  private static final float[] STUDENT = logits("student");
  private static final float[] TEACHER = logits("teacher");

  @Test
  void independentAnswersAreSummedAndExamplesAveraged() {
    double sum = 0;
    for (int i = 0; i < STUDENT.length; i++) {
      double target = 1 / (1 + Math.exp(-TEACHER[i]));
      double learnt = 1 / (1 + Math.exp(-STUDENT[i]));
      sum -= target * Math.log(learnt) + (1 - target) * Math.log(1 - learnt);
    }
    try (Scope scope = Scope.open()) {
      double loss = SoftLabels.independent(tensor(STUDENT), tensor(TEACHER)).item_double();
      assertThat(loss).isCloseTo(sum / ROWS, within(1e-5));
    }
  }

  @Test
  void exclusiveClassesCostTheirDivergence() {
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] wanted = softmax(TEACHER, row);
      double[] learnt = softmax(STUDENT, row);
      for (int i = 0; i < CLASSES; i++) {
        sum += wanted[i] * Math.log(wanted[i] / learnt[i]);
      }
    }
    try (Scope scope = Scope.open()) {
      double loss = SoftLabels.exclusive(tensor(STUDENT), tensor(TEACHER)).item_double();
      assertThat(loss).isCloseTo(sum / ROWS, within(1e-5));
      double none = SoftLabels.exclusive(tensor(TEACHER), tensor(TEACHER)).item_double();
      assertThat(none).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void onlyTheStudentLearnsAndCertaintyStaysFinite() {
    try (Scope scope = Scope.open()) {
      float[] certain = {200, -200, 0, 90, -90};
      Tensor student = Tensors.of(certain, 1, CLASSES).requires_grad_(true);
      Tensor teacher =
          Tensors.of(new float[] {-200, 200, 300, 0, 1}, 1, CLASSES).requires_grad_(true);
      SoftLabels.independent(student, teacher)
          .add(SoftLabels.exclusive(student, teacher))
          .backward();
      assertThat(teacher.grad().defined()).isFalse();
      for (float value : Tensors.floats(student.grad())) {
        assertThat(value).isFinite();
      }
    }
  }

  private static double[] softmax(float[] logits, int row) {
    double[] powers = new double[CLASSES];
    double total = 0;
    for (int i = 0; i < CLASSES; i++) {
      powers[i] = Math.exp(logits[row * CLASSES + i]);
      total += powers[i];
    }
    for (int i = 0; i < CLASSES; i++) {
      powers[i] /= total;
    }
    return powers;
  }

  private static float[] logits(String name) {
    Draws draws = Draws.of(4, name);
    float[] values = new float[ROWS * CLASSES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * draws.nextGaussian());
    }
    return values;
  }

  private static Tensor tensor(float[] values) {
    return Tensors.of(values, ROWS, CLASSES);
  }
}

package org.dide.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.BinaryOperator;
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
  void temperatureSoftensBothAndKeepsTheSizeOfGradients() {
    double temperature = 2.5;
    double independent = 0;
    double exclusive = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] wanted = softmax(softened(TEACHER, temperature), row);
      double[] learnt = softmax(softened(STUDENT, temperature), row);
      for (int i = 0; i < CLASSES; i++) {
        exclusive += wanted[i] * Math.log(wanted[i] / learnt[i]);
        double target = 1 / (1 + Math.exp(-TEACHER[row * CLASSES + i] / temperature));
        double found = 1 / (1 + Math.exp(-STUDENT[row * CLASSES + i] / temperature));
        independent -= target * Math.log(found) + (1 - target) * Math.log(1 - found);
      }
    }
    double factor = temperature * temperature / ROWS;
    try (Scope scope = Scope.open()) {
      assertThat(at(temperature, SoftLabels::independent))
          .isCloseTo(factor * independent, within(1e-5 * factor * independent));
      assertThat(at(temperature, SoftLabels::exclusive))
          .isCloseTo(factor * exclusive, within(1e-5 * (1 + factor * exclusive)));
    }
  }

  @Test
  void temperatureOneIsNone() {
    try (Scope scope = Scope.open()) {
      assertThat(at(1, SoftLabels::independent))
          .isEqualTo(SoftLabels.independent(tensor(STUDENT), tensor(TEACHER)).item_double());
      assertThat(at(1, SoftLabels::exclusive))
          .isEqualTo(SoftLabels.exclusive(tensor(STUDENT), tensor(TEACHER)).item_double());
    }
  }

  /** At a high temperature the gradient is that of half the squared difference, over classes. */
  @Test
  void gradientsDoNotVanishWhereTemperatureIsHigh() {
    float[] student = {0.3f, -0.2f, 0.9f, -1, 0}; // mean 0
    float[] teacher = {1, -1, 0.5f, -0.5f, 0}; // mean 0
    try (Scope scope = Scope.open()) {
      Tensor learnt = Tensors.of(student, 1, CLASSES).requires_grad_(true);
      SoftLabels.at(1000, learnt, Tensors.of(teacher, 1, CLASSES), SoftLabels::exclusive)
          .backward();
      float[] gradient = Tensors.floats(learnt.grad());
      for (int i = 0; i < CLASSES; i++) {
        assertThat((double) gradient[i])
            .isCloseTo((student[i] - teacher[i]) / CLASSES, within(1e-3));
      }
    }
  }

  private static double at(double temperature, BinaryOperator<Tensor> loss) {
    return SoftLabels.at(temperature, tensor(STUDENT), tensor(TEACHER), loss).item_double();
  }

  private static float[] softened(float[] logits, double temperature) {
    float[] softened = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      softened[i] = (float) (logits[i] / temperature);
    }
    return softened;
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

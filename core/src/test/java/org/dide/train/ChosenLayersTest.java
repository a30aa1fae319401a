package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.distill.CrossModalAttention.Queries;
import org.dide.distill.Layers;
import org.dide.image.PixelBatch;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Initialisation;
import org.dide.model.Inputs;
import org.dide.model.Mode;
import org.dide.model.Observation;
import org.dide.random.Draws;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.junit.jupiter.api.Test;

/**
 * Which parameters of a student of four layers learn from the attention of a teacher that is wider,
 * has other heads and six layers.
 */
class ChosenLayersTest {
  private static final Task TASK = new VisualQuestionAnswering(List.of("red", "blue", "no"));
  private static final Architecture STUDENT = new Architecture(16, 2, 4, 2, 4, 8, 4, 10, 2, 0, 0);
  private static final Architecture TEACHER = new Architecture(24, 3, 6, 2, 4, 8, 4, 10, 2, 0, 0);

  @Test
  void theChosenLayersAndThoseBelowLearn() {
    assertThat(learning(chosen(1, 4))).isEqualTo(Set.of(0, 1));
    assertThat(learning(chosen(0, 5))).isEqualTo(Set.of(0));
    assertThat(learning(Layers.Rule.LAST)).isEqualTo(Set.of(0, 1, 2, 3));
    assertThat(learning(Layers.Rule.EVEN)).isEqualTo(Set.of(0, 1, 2, 3));
  }

  @Test
  void onlyTheLastLayersQueriesAndKeysLearn() {
    try (DualEncoder student = student()) {
      backward(student, chosen(2, 4));
      for (String tower : List.of(DualEncoder.TEXT_TOWER, DualEncoder.IMAGE_TOWER)) {
        Tensor weight = parameter(student, tower + ".transformer.blocks.2.attn.qkv.weight");
        assertThat(norm(weight.grad().narrow(0, 0, 32))).isPositive(); // of queries and keys
        assertThat(norm(weight.grad().narrow(0, 32, 16))).isZero(); // of values
        assertThat(
                parameter(student, tower + ".transformer.blocks.2.mlp.fc1.weight").grad().defined())
            .isFalse();
        assertThat(norm(parameter(student, tower + ".transformer.blocks.1.mlp.fc1.weight").grad()))
            .isPositive();
      }
      assertThat(parameter(student, "fusion.0.weight").grad().defined()).isFalse();
    }
  }

  private static Layers chosen(int student, int teacher) {
    return new Layers.Chosen(new TreeMap<>(java.util.Map.of(student, teacher)));
  }

  /** Blocks whose queries get a gradient. */
  private static Set<Integer> learning(Layers layers) {
    try (DualEncoder student = student()) {
      backward(student, layers);
      Set<Integer> learning = new TreeSet<>();
      for (int block = 0; block < STUDENT.depth(); block++) {
        Tensor weight =
            parameter(
                student, "text_encoder.transformer.blocks.%d.attn.qkv.weight".formatted(block));
        if (weight.grad().defined() && norm(weight.grad()) > 0) {
          learning.add(block);
        }
      }
      return learning;
    }
  }

  private static DualEncoder student() {
    DualEncoder student =
        DualEncoder.initialised(STUDENT, TASK.head(), 3, Initialisation.FAN_IN, Device.CPU);
    student.parameters().setTrainable(true);
    return student;
  }

  private static void backward(DualEncoder student, Layers layers) {
    List<Layers.Pair> pairs = layers.pairs(STUDENT.depth(), TEACHER.depth());
    try (FusionModel teacher =
            FusionModel.initialised(TEACHER, TASK.head(), 4, Initialisation.FAN_IN, Device.CPU);
        Scope scope = Scope.open()) {
      Observation learnt =
          student.observe(
              inputs(), Mode.TRAINING.observing(pairs.stream().map(Layers.Pair::student).toList()));
      LossWeights weights = new LossWeights(0, 0, 1, 1, 1, 1, 1, 1, 0, 1, Queries.VALID, layers);
      Losses.compare(
              TASK,
              weights,
              Tensors.of(new float[3], 1, 3),
              learnt,
              Optional.of(teach(teacher, pairs)))
          .total()
          .backward();
    }
  }

  private static Observation teach(FusionModel teacher, List<Layers.Pair> pairs) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return teacher.observe(
          inputs(), Mode.EVALUATION.observing(pairs.stream().map(Layers.Pair::teacher).toList()));
    }
  }

  private static Tensor parameter(DualEncoder student, String name) {
    return java.util.Objects.requireNonNull(student.parameters().tensors().get(name), name);
  }

  private static double norm(Tensor tensor) {
    double sum = 0;
    for (float value : Tensors.floats(tensor)) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private static Inputs inputs() {
    Draws draws = Draws.of(1, "pixels");
    float[] pixels = new float[3 * 8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) draws.nextGaussian();
    }
    return new Inputs(
        TokenBatch.of(new int[][] {{1, 2, 3}}, 4, Device.CPU),
        List.of(new PixelBatch(Tensors.of(pixels, 1, 3, 8, 8), new int[] {8}, new int[] {8})));
  }
}

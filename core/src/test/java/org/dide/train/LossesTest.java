package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.distill.AttentionPart;
import org.dide.distill.CrossModalAttention;
import org.dide.distill.CrossModalAttention.Queries;
import org.dide.distill.Layers;
import org.dide.distill.SoftLabels;
import org.dide.model.Attention;
import org.dide.model.Interaction;
import org.dide.model.JoinView;
import org.dide.model.Mask;
import org.dide.model.Observation;
import org.dide.random.Draws;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.tensor.Gaussian;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final Task TASK = new VisualQuestionAnswering(List.of("red", "blue", "no"));
  private static final double CLOSE = 1e-5;

  @Test
  void addsUpWhatTheWeightsSay() {
    try (Scope scope = Scope.open()) {
      Observation learnt = observation("learnt", 1);
      Observation taught = observation("taught", 1);
      Losses losses =
          Losses.compare(
              TASK,
              new LossWeights(0.5, 2, 3, 0.25, Queries.VALID),
              targets(),
              learnt,
              Optional.of(taught));
      assertThat(losses.parts()).containsOnlyKeys("hard", "soft", "t2i", "i2t");
      double expected =
          0.5 * part(losses, "hard")
              + 2 * part(losses, "soft")
              + 3 * part(losses, "t2i")
              + 0.25 * part(losses, "i2t");
      assertThat(losses.total().item_double()).isCloseTo(expected, within(CLOSE * expected));
      assertThat(part(losses, "hard"))
          .isCloseTo(TASK.hardLoss(learnt.logits(), targets()).item_double(), within(CLOSE));
      assertThat(part(losses, "soft"))
          .isCloseTo(
              SoftLabels.independent(learnt.logits(), taught.logits()).item_double(),
              within(CLOSE));
    }
  }

  @Test
  void reportsButDoesNotMinimiseWhatWeighsNothing() {
    try (Scope scope = Scope.open()) {
      Losses losses =
          Losses.compare(
              TASK,
              new LossWeights(0, 1, 0, 0, Queries.VALID),
              targets(),
              observation("learnt", 1),
              Optional.of(observation("taught", 1)));
      assertThat(losses.parts()).containsOnlyKeys("hard", "soft");
      assertThat(part(losses, "hard")).isPositive();
      assertThat(losses.total().item_double()).isEqualTo(part(losses, "soft"));
    }
  }

  @Test
  void needsNoTeacherForKnownAnswers() {
    try (Scope scope = Scope.open()) {
      Losses losses =
          Losses.compare(
              TASK,
              new LossWeights(1, 0, 0, 0, Queries.ALL),
              targets(),
              observation("learnt", 1),
              Optional.empty());
      assertThat(losses.parts()).containsOnlyKeys("hard");
      assertThat(losses.total().item_double()).isEqualTo(part(losses, "hard"));
    }
  }

  @Test
  void addsTheAttentionOfBothPicturesUp() {
    try (Scope scope = Scope.open()) {
      Observation learnt = observation("learnt", 2);
      Observation taught = observation("taught", 2);
      Losses losses =
          Losses.compare(
              TASK,
              new LossWeights(0, 0, 1, 1, Queries.ALL),
              targets(),
              learnt,
              Optional.of(taught));
      double sum = 0;
      for (int i = 0; i < 2; i++) {
        sum += attention(AttentionPart.TEXT_TO_IMAGE, learnt, taught, i, 0);
        sum += attention(AttentionPart.IMAGE_TO_TEXT, learnt, taught, i, 0);
      }
      assertThat(losses.total().item_double()).isCloseTo(sum, within(CLOSE * sum));
    }
  }

  @Test
  void averagesTheLayersOfEachPart() {
    try (Scope scope = Scope.open()) {
      Observation learnt = observation("learnt", 2, 3);
      Observation taught = observation("taught", 2, 3);
      Losses losses =
          Losses.compare(
              TASK,
              new LossWeights(0, 0, 1, 0, 0, 0.5, 2, 3, 0, 1, Queries.VALID, Layers.Rule.ALL),
              targets(),
              learnt,
              Optional.of(taught));
      assertThat(losses.parts())
          .containsOnlyKeys("hard", "soft", "t2i", "i2t", "t2t", "i2i", "whole");
      for (AttentionPart part : AttentionPart.values()) {
        double expected = 0;
        for (int picture = 0; picture < 2; picture++) {
          for (int layer = 0; layer < 3; layer++) {
            expected += attention(part, learnt, taught, picture, layer) / 3;
          }
        }
        assertThat(part(losses, part.shortName()))
            .as(part.shortName())
            .isCloseTo(expected, within(CLOSE * expected));
      }
      double expected =
          0.5 * part(losses, "t2t") + 2 * part(losses, "i2i") + 3 * part(losses, "whole");
      assertThat(losses.total().item_double()).isCloseTo(expected, within(CLOSE * expected));
    }
  }

  /** Where a join looks costs nothing where the teacher looks there too, and the rest is added. */
  @Test
  void comparesAJoinsOwnAttentionAndTheJoinBesideIt() {
    try (Scope scope = Scope.open()) {
      Observation taught = observation("taught", 2);
      Observation learnt = observation("learnt", 2);
      assertThat(part(joined(learnt, looks(taught, 1), taught), "join")).isCloseTo(0, within(1e-6));

      Losses losses = joined(learnt, looks(learnt, 1), taught);
      double expected = 0;
      for (int i = 0; i < 2; i++) {
        expected += attention(AttentionPart.TEXT_TO_IMAGE, learnt, taught, i, 0);
      }
      assertThat(part(losses, "join")).isCloseTo(expected, within(CLOSE * expected));
      double total = 3 * expected + part(losses, "soft") + 0.5 * part(losses, "mlp-soft");
      assertThat(losses.total().item_double()).isCloseTo(total, within(CLOSE * total));
      assertThat(part(losses, "mlp-soft")).isNotEqualTo(part(losses, "soft"));
      assertThat(losses.parts()).doesNotContainKeys("t2i", "i2t"); // nobody asked, so not computed
    }
  }

  /** The last with the last, as many as both have. */
  @Test
  void comparesLayersOfAJoinFromItsEnd() {
    try (Scope scope = Scope.open()) {
      Observation taught = observation("taught", 2, 3);
      Observation learnt = observation("learnt", 2, 3);
      for (int layers = 1; layers <= 3; layers++) {
        double expected = 0;
        for (int picture = 0; picture < 2; picture++) {
          for (int layer = 3 - layers; layer < 3; layer++) {
            Tensor look = looks(learnt, 3).get(picture).get(layer);
            expected +=
                CrossModalAttention.loss(
                            look, taught.pictures().get(picture).get(layer), Queries.ALL)
                        .item_double()
                    / layers;
          }
        }
        assertThat(part(joined(learnt, looks(learnt, layers), taught), "join"))
            .as("%d layers", layers)
            .isCloseTo(expected, within(CLOSE * expected));
      }
      assertThat(part(joined(learnt, looks(taught, 2), taught), "join")).isCloseTo(0, within(1e-6));
    }
  }

  /** The last layers' attention over each picture. */
  private static List<List<Tensor>> looks(Observation observation, int layers) {
    return observation.pictures().stream()
        .map(
            all ->
                all.subList(all.size() - layers, all.size()).stream()
                    .map(CrossModalAttention::textToImage)
                    .toList())
        .toList();
  }

  private static Losses joined(
      Observation learnt, List<List<Tensor>> attention, Observation taught) {
    JoinView view = new JoinView(gaussian(Draws.of(5, "quick"), 2, 3), attention);
    return Losses.compare(
        TASK,
        new LossWeights(0, 1, 1, 0, 0, 0, 0, 0, 3, 0.5, Queries.ALL, Layers.Rule.LAST),
        targets(),
        new Observation(learnt.logits(), learnt.pictures(), Optional.empty(), Optional.of(view)),
        Optional.of(taught));
  }

  @Test
  void learnsFromKnownAnswersAndItsTeachersTogether() {
    double[] both = gradient(0.5, 2);
    double[] hard = gradient(1, 0);
    double[] soft = gradient(0, 1);
    for (int i = 0; i < both.length; i++) {
      assertThat(both[i]).isCloseTo(0.5 * hard[i] + 2 * soft[i], within(CLOSE));
    }
    assertThat(hard).isNotEqualTo(soft);
  }

  /** Of the logits. */
  private static double[] gradient(double hard, double soft) {
    try (Scope scope = Scope.open()) {
      Observation learnt = observation("learnt", 1);
      Losses.compare(
              TASK,
              new LossWeights(hard, soft, 0, 0, Queries.VALID),
              targets(),
              learnt,
              Optional.of(observation("taught", 1)))
          .total()
          .backward();
      return doubles(learnt.logits().grad());
    }
  }

  private static double[] doubles(Tensor tensor) {
    float[] values = Tensors.floats(tensor);
    double[] copy = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  @Test
  void softensTheTeachersAnswers() {
    try (Scope scope = Scope.open()) {
      Observation learnt = observation("learnt", 1);
      Observation taught = observation("taught", 1);
      Losses losses =
          Losses.compare(
              TASK,
              new LossWeights(0, 1, 4, 0, 0, 0, 0, 0, 0, 1, Queries.VALID, Layers.Rule.LAST),
              targets(),
              learnt,
              Optional.of(taught));
      double expected =
          SoftLabels.at(4, learnt.logits(), taught.logits(), SoftLabels::independent).item_double();
      assertThat(losses.total().item_double()).isEqualTo(expected);
    }
  }

  @Test
  void refusesWeightsThatSayNothing() {
    assertThatThrownBy(() -> new LossWeights(0, 0, 0, 0, Queries.ALL))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("allowed is at least one above 0");
    assertThatThrownBy(() -> new LossWeights(1, -1, 0, 0, Queries.ALL))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("losses: soft: found -1.0, allowed is 0 or more");
  }

  private static double part(Losses losses, String name) {
    Tensor part = java.util.Objects.requireNonNull(losses.parts().get(name));
    assertThat(part.requires_grad()).isFalse();
    return part.item_double();
  }

  private static Tensor targets() {
    return Tensors.of(new float[] {1, 0, 0.3f, 0, 0.6f, 0}, 2, 3);
  }

  private static double attention(
      AttentionPart part, Observation learnt, Observation taught, int picture, int layer) {
    return CrossModalAttention.loss(
            part,
            learnt.pictures().get(picture).get(layer),
            taught.pictures().get(picture).get(layer),
            learnt.pictures().get(picture).size() == 1 ? Queries.ALL : Queries.VALID)
        .item_double();
  }

  private static Observation observation(String name, int pictures) {
    return observation(name, pictures, 1);
  }

  private static Observation observation(String name, int pictures, int layers) {
    Draws draws = Draws.of(2, name);
    Mask textMask = Mask.prefix(new int[] {2, 4}, 4, Device.CPU);
    Mask pictureMask = Mask.prefix(new int[] {5, 3}, 5, Device.CPU);
    List<List<Interaction>> interactions = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      List<Interaction> byLayer = new ArrayList<>();
      for (int layer = 0; layer < layers; layer++) {
        byLayer.add(
            new Interaction(attention(draws, 4), textMask, attention(draws, 5), pictureMask));
      }
      interactions.add(byLayer);
    }
    return new Observation(gaussian(draws, 2, 3), interactions);
  }

  private static Attention attention(Draws draws, int tokens) {
    return new Attention(gaussian(draws, 2, 2, tokens, 3), gaussian(draws, 2, 2, tokens, 3));
  }

  private static Tensor gaussian(Draws draws, long... shape) {
    return Gaussian.of(draws, shape).requires_grad_(true);
  }
}

package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.HiddenWords;
import org.dide.text.TokenBatch;
import org.dide.text.WordHider;
import org.junit.jupiter.api.Test;

/** What both models make of captions when they are pre-trained. */
class CaptionViewTest {
  private static final Architecture SIZES = new Architecture(16, 2, 2, 2, 8, 24, 6, 12, 2, 0.1, 0);
  private static final Head HEAD = new Head.Matcher(true);
  private static final int[][] TEXTS = {{2, 5, 3}, {2, 6, 7, 8, 3}, {2, 9, 10, 3}};
  private static final List<WordHider.Hidden> HIDDEN =
      List.of(
          new WordHider.Hidden(new int[] {2, 4, 3}, new int[] {1}, new int[] {5}),
          new WordHider.Hidden(new int[] {2, 4, 7, 4, 3}, new int[] {1, 3}, new int[] {6, 8}),
          new WordHider.Hidden(new int[] {2, 9, 11, 3}, new int[] {2}, new int[] {10}));

  private static FusionModel fusion() {
    return FusionModel.initialised(SIZES, HEAD, 3, Initialisation.FAN_IN, Device.CPU);
  }

  private static DualEncoder dual() {
    return DualEncoder.initialised(SIZES, HEAD, 4, Initialisation.FAN_IN, Device.CPU);
  }

  private static List<Model> both() {
    return List.of(fusion(), dual());
  }

  private static CaptionView view(Model model, int... rows) {
    return model.view(inputs(rows), Mode.EVALUATION);
  }

  private static Inputs inputs(int... rows) {
    int[][] texts = Arrays.stream(rows).mapToObj(row -> TEXTS[row]).toArray(int[][]::new);
    return new Inputs(TokenBatch.of(texts, 6, Device.CPU), List.of(pictures(rows)));
  }

  private static HiddenWords hidden(int... rows) {
    return HiddenWords.of(Arrays.stream(rows).mapToObj(HIDDEN::get).toList(), 6, Device.CPU);
  }

  private static PixelBatch pictures(int... rows) {
    float[] values = new float[rows.length * 3 * 24 * 24];
    int[] sides = new int[rows.length];
    Arrays.fill(sides, 24);
    for (int i = 0; i < rows.length; i++) {
      Draws draws = Draws.of(rows[i], "pixels");
      for (int j = 0; j < 3 * 24 * 24; j++) {
        values[i * 3 * 24 * 24 + j] = (float) draws.nextGaussian();
      }
    }
    return new PixelBatch(Tensors.of(values, rows.length, 3, 24, 24), sides, sides);
  }

  @Test
  void aPairIsSeenAsIfItWereAlone() {
    for (Model model : both()) {
      try (model;
          Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        Pairs pairs = Pairs.own(3).then(new Pairs(new int[] {0, 2}, new int[] {1, 1}));
        Look together = view(model, 0, 1, 2).match(pairs);
        List<float[]> found = Tensors.rows(together.logits());
        assertThat(found).hasSize(5);
        for (int i = 0; i < 3; i++) {
          assertClose(found.get(i), alone(model, i, i));
        }
        assertClose(found.get(3), alone(model, 0, 1));
        assertClose(found.get(4), alone(model, 2, 1));
        Interaction interaction = together.interactions().get(0);
        assertThat(interaction.text().queries().size(0)).isEqualTo(5);
        assertThat(interaction.picture().keys().size(0)).isEqualTo(5);
        assertThat(Tensors.floats(interaction.picture().keys().select(0, 3)))
            .as("the keys of a picture are those of its pair in two towers")
            .hasSameSizeAs(Tensors.floats(interaction.picture().keys().select(0, 1)));
      }
    }
  }

  private static float[] alone(Model model, int text, int picture) {
    CaptionView view = view(model, text, picture);
    return Tensors.floats(view.match(new Pairs(new int[] {0}, new int[] {1})).logits());
  }

  private static void assertClose(float[] found, float[] expected) {
    assertThat(found).containsExactly(expected, within(1e-5f));
  }

  @Test
  void aFusionEncoderMatchesAsItRanks() {
    try (FusionModel model = fusion();
        Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      float[] ranked = Tensors.floats(model.observe(inputs(0, 1, 2), Mode.EVALUATION).logits());
      List<float[]> matched = Tensors.rows(view(model, 0, 1, 2).match(Pairs.own(3)).logits());
      for (int i = 0; i < 3; i++) {
        float logOdds = matched.get(i)[1] - matched.get(i)[0];
        assertThat(logOdds).isCloseTo(ranked[i * 3 + i], within(1e-5f));
      }
      assertThat(view(model, 0).match(Pairs.own(1)).together()).isPresent();
    }
  }

  @Test
  void twoTowersAreRankedByTheirSimilarity() {
    try (DualEncoder model = dual();
        Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Inputs inputs = inputs(0, 1, 2);
      TowerView view = model.view(inputs, model.plans(inputs), Mode.EVALUATION);
      assertThat(Tensors.floats(view.similarities()))
          .isEqualTo(Tensors.floats(model.observe(inputs(0, 1, 2), Mode.EVALUATION).logits()));
      assertThat(view.match(Pairs.own(3)).together()).isEmpty();
    }
  }

  /** Each hidden word is found from its own text and its own picture, whatever else is there. */
  @Test
  void hiddenWordsAreFoundFromTheirTextAndPicture() {
    for (Model model : both()) {
      try (model;
          Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        List<float[]> found = Tensors.rows(view(model, 0, 1, 2).words(hidden(0, 1, 2)).logits());
        assertThat(found).hasSize(4).allMatch(logits -> logits.length == 12);
        List<float[]> alone = new ArrayList<>();
        for (int row = 0; row < 3; row++) {
          alone.addAll(Tensors.rows(view(model, row).words(hidden(row)).logits()));
        }
        for (int i = 0; i < 4; i++) {
          assertClose(found.get(i), alone.get(i));
        }
        Tensor others = view(model, 1, 2, 0).words(hidden(0, 1, 2)).logits();
        assertThat(Tensors.rows(others).get(0)).isNotEqualTo(found.get(0));
      }
    }
  }

  /** Everything that pre-training trains gets a gradient from one of its parts. */
  @Test
  void everyParameterCanLearn() {
    for (Model model : both()) {
      try (model;
          Scope scope = Scope.open()) {
        model.parameters().setTrainable(true);
        CaptionView view = model.view(inputs(0, 1, 2), Mode.TRAINING);
        Tensor loss =
            view.match(Pairs.own(3))
                .logits()
                .square()
                .sum()
                .add(view.words(hidden(0, 1, 2)).logits().square().sum());
        Tensor total =
            view instanceof TowerView towers
                ? loss.add(towers.similarities().square().sum())
                : loss;
        total.backward();
        model
            .parameters()
            .tensors()
            .forEach((name, tensor) -> assertThat(tensor.grad().defined()).as(name).isTrue());
      }
    }
  }

  @Test
  void otherHeadsCannotBePretrained() {
    try (Scope scope = Scope.open();
        DualEncoder dual = DualEncoder.initialised(SIZES, new Head.Matcher(), 5, Device.CPU);
        FusionModel fusion = FusionModel.initialised(SIZES, new Head.Matcher(), 5, Device.CPU)) {
      for (Model model : List.of(dual, fusion)) {
        assertThatThrownBy(() -> view(model, 0))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("Matcher");
      }
    }
  }
}

package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.junit.jupiter.api.Test;

/** Texts and pictures that all meet: matching heads, similarities and pairings. */
class MatchingTest {
  private static final Architecture SIZES = new Architecture(16, 2, 2, 2, 8, 24, 6, 12, 2, 0.1, 0);
  private static final int[][] TEXTS = {{2, 5, 3}, {2, 6, 7, 8, 3}, {2, 3}, {2, 9, 10, 3}};
  private static final int[] HEIGHTS = {24, 16, 8, 24};
  private static final int[] WIDTHS = {16, 24, 8, 24};

  @Test
  void drawnPairsGiveEachTextAndPictureTheSameNumberOfOthers() {
    for (int others : List.of(0, 1, 3, 6, 20)) {
      Pairing pairing = Pairing.drawn(7, others, Draws.of(others, "pairs"));
      assertThat(pairing.offsets()).hasSize(1 + Math.min(others, 6)).startsWith(0);
      Set<Integer> different = new HashSet<>(pairing.offsets());
      assertThat(different).hasSameSizeAs(pairing.offsets()).allMatch(o -> o >= 0 && o < 7);
    }
    assertThat(Pairing.drawn(7, 2, Draws.of(1, "pairs")))
        .isEqualTo(Pairing.drawn(7, 2, Draws.of(1, "pairs")));
    assertThat(Pairing.drawn(1, 3, Draws.of(1, "pairs"))).isEqualTo(Pairing.OWN);
    assertThatThrownBy(() -> new Pairing(List.of(1, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scoresLandWhereTheirTextsAndPicturesAre() {
    try (Scope scope = Scope.open()) {
      Pairing pairing = new Pairing(List.of(0, 2));
      Tensor matrix =
          pairing.matrix(
              List.of(Tensors.of(new float[] {1, 2, 3}, 3), Tensors.of(new float[] {4, 5, 6}, 3)));
      float never = Float.NEGATIVE_INFINITY;
      assertThat(Tensors.floats(matrix)).containsExactly(1, never, 4, 5, 2, never, never, 6, 3);
      assertThat(Tensors.floats(pairing.entries(matrix))).containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  /** All pairs of a batch at once, some of them, and each pair alone. */
  @Test
  void aFusionEncoderSaysTheSameOfAPairWhateverElseIsThere() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        FusionModel model =
            FusionModel.initialised(
                SIZES, new Head.Matcher(), 3, Initialisation.FAN_IN, Device.CPU)) {
      int size = TEXTS.length;
      float[] all = logits(model, Pairing.all(size));
      float[] some = logits(model, new Pairing(List.of(0, 3)));
      for (int text = 0; text < size; text++) {
        for (int picture = 0; picture < size; picture++) {
          float alone =
              Tensors.floats(model.match(texts(new int[][] {TEXTS[text]}), picture(picture)))[0];
          int cell = text * size + picture;
          assertThat(all[cell]).isCloseTo(alone, within(1e-5f));
          if (Math.floorMod(picture - text, size) % 3 == 0) {
            assertThat(some[cell]).isCloseTo(alone, within(1e-5f));
          } else {
            assertThat(some[cell]).isEqualTo(Float.NEGATIVE_INFINITY);
          }
        }
      }
      assertThat(all).doesNotHaveDuplicates();
    }
  }

  @Test
  void everyPairTeachesAFusionEncoder() {
    try (Scope scope = Scope.open();
        FusionModel model =
            FusionModel.initialised(
                SIZES, new Head.Matcher(), 4, Initialisation.FAN_IN, Device.CPU)) {
      model.parameters().setTrainable(true);
      Pairing pairing = Pairing.all(TEXTS.length);
      Observation seen = model.observe(inputs(pairing), Mode.TRAINING);
      assertThat(seen.pairing()).contains(pairing);
      seen.logits().square().sum().backward();
      model
          .parameters()
          .tensors()
          .forEach((name, tensor) -> assertThat(tensor.grad().defined()).as(name).isTrue());
    }
  }

  @Test
  void similaritiesAreScaledCosines() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        DualEncoder model =
            DualEncoder.initialised(
                SIZES, new Head.Matcher(), 5, Initialisation.FAN_IN, Device.CPU)) {
      Similarity similarity = model.similarity().orElseThrow();
      assertThat(similarity.scale()).isCloseTo(1 / 0.07, within(1e-4));
      Observation seen = model.observe(inputs(Pairing.OWN), Mode.EVALUATION);
      assertThat(seen.pairing()).isEmpty();
      List<float[]> texts = Tensors.rows(similarity.texts(model.encodeTexts(texts(TEXTS))));
      List<float[]> pictures =
          Tensors.rows(similarity.pictures(model.encodePictures(pictures(), 0)));
      float[] logits = Tensors.floats(seen.logits());
      for (int text = 0; text < TEXTS.length; text++) {
        for (int picture = 0; picture < TEXTS.length; picture++) {
          double cosine = dot(texts.get(text), pictures.get(picture));
          assertThat((double) logits[text * TEXTS.length + picture])
              .isCloseTo(similarity.scale() * cosine, within(1e-4));
        }
        assertThat(dot(texts.get(text), texts.get(text))).isCloseTo(1, within(1e-5));
      }
      assertThat(model.parameters().tensors())
          .containsKeys("similarity.text.weight", "similarity.image.weight", "similarity.log_scale")
          .doesNotContainKeys("fusion.0.weight", "itm_score.fc.weight");
      assertThat(new Head.Matcher().owns("similarity.log_scale")).isTrue();
      assertThat(new Head.Matcher().owns("image_encoder.pooler.dense.weight")).isFalse();
    }
  }

  @Test
  void theScaleStaysWithinItsRange() {
    try (Scope scope = Scope.open();
        DualEncoder model =
            DualEncoder.initialised(
                SIZES, new Head.Matcher(), 6, Initialisation.FAN_IN, Device.CPU)) {
      model.parameters().setTrainable(true);
      Similarity similarity = model.similarity().orElseThrow();
      assertScaleBecomes(model, similarity, 9, 100);
      assertScaleBecomes(model, similarity, -1, 1);
      assertScaleBecomes(model, similarity, (float) Math.log(30), 30);
    }
  }

  private static void assertScaleBecomes(
      DualEncoder model, Similarity similarity, float logarithm, double expected) {
    model.parameters().assign("similarity.log_scale", Tensors.of(new float[] {logarithm}, 1));
    model.constrain();
    assertThat(similarity.scale()).isCloseTo(expected, within(1e-4));
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  private static float[] logits(FusionModel model, Pairing pairing) {
    return Tensors.floats(model.observe(inputs(pairing), Mode.EVALUATION).logits());
  }

  private static Inputs inputs(Pairing pairing) {
    return new Inputs(texts(TEXTS), List.of(pictures()), pairing);
  }

  private static TokenBatch texts(int[][] tokens) {
    int longest = 0;
    for (int[] text : tokens) {
      longest = Math.max(longest, text.length);
    }
    return TokenBatch.of(tokens, longest, Device.CPU);
  }

  private static PixelBatch pictures() {
    float[] padded = new float[TEXTS.length * 3 * 24 * 24];
    for (int i = 0; i < TEXTS.length; i++) {
      float[] own = pixels(i);
      for (int row = 0; row < 3 * HEIGHTS[i]; row++) {
        int channel = row / HEIGHTS[i];
        System.arraycopy(
            own,
            row * WIDTHS[i],
            padded,
            ((i * 3 + channel) * 24 + row % HEIGHTS[i]) * 24,
            WIDTHS[i]);
      }
    }
    return new PixelBatch(
        Tensors.of(padded, TEXTS.length, 3, 24, 24), HEIGHTS.clone(), WIDTHS.clone());
  }

  private static PixelBatch picture(int which) {
    return new PixelBatch(
        Tensors.of(pixels(which), 1, 3, HEIGHTS[which], WIDTHS[which]),
        new int[] {HEIGHTS[which]},
        new int[] {WIDTHS[which]});
  }

  private static float[] pixels(int which) {
    Draws draws = Draws.of(which, "pixels");
    float[] values = new float[3 * HEIGHTS[which] * WIDTHS[which]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draws.nextGaussian();
    }
    return values;
  }
}

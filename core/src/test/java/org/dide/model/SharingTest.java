package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A picture that several examples share, or a pair in one pass, gives what each by itself gives.
 */
class SharingTest {
  private static final int PATCH = 4;
  private static final int EXAMPLES = 5;
  private static final double CLOSE = 1e-5;
  private static final int[] ROWS = {0, 0, 1, 2, 1};
  private static final Mode SEEING = Mode.EVALUATION.observing(List.of(0, 1));

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void dualEncoder(int pictures) {
    try (DualEncoder model =
        DualEncoder.initialised(
            architecture(pictures), head(pictures), 3, Initialisation.FAN_IN, Device.CPU)) {
      assertSame(model, pictures);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void fusionModel(int pictures) {
    try (FusionModel model =
        FusionModel.initialised(
            architecture(pictures), head(pictures), 3, Initialisation.FAN_IN, Device.CPU)) {
      assertSame(model, pictures);
    }
  }

  private static void assertSame(Model model, int places) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      int[] all = IntStream.range(0, EXAMPLES).toArray();
      Observation together = model.observe(inputs(all, places, true), SEEING);
      Observation apart = model.observe(inputs(all, places, false), SEEING);
      assertClose(together.logits(), apart.logits());
      assertSame(together, apart, places);
      float[] logits = Tensors.floats(together.logits());
      int width = logits.length / EXAMPLES;
      for (int i : all) {
        Tensor alone = model.observe(inputs(new int[] {i}, places, false), SEEING).logits();
        assertClose(Tensors.floats(alone), Arrays.copyOfRange(logits, i * width, (i + 1) * width));
      }
    }
  }

  private static void assertSame(Observation together, Observation apart, int places) {
    assertThat(together.pictures()).hasSize(places);
    for (int place = 0; place < places; place++) {
      for (int layer = 0; layer < 2; layer++) {
        Interaction found = together.pictures().get(place).get(layer);
        Interaction expected = apart.pictures().get(place).get(layer);
        assertClose(found.text().queries(), expected.text().queries());
        assertClose(found.picture().queries(), expected.picture().queries());
        assertClose(found.picture().keys(), expected.picture().keys());
        assertThat(found.pictureMask().real().equal(expected.pictureMask().real())).isTrue();
      }
    }
  }

  private static void assertClose(Tensor found, Tensor expected) {
    assertThat(found.sizes().vec().get()).isEqualTo(expected.sizes().vec().get());
    assertClose(Tensors.floats(found.contiguous()), Tensors.floats(expected.contiguous()));
  }

  private static void assertClose(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) Math.abs(found[i] - expected[i])).isLessThan(CLOSE);
    }
  }

  /** Some examples; their pictures once, or once for each of them. */
  private static Inputs inputs(int[] examples, int places, boolean shared) {
    int[][] texts = new int[examples.length][];
    for (int i = 0; i < texts.length; i++) {
      Draws draws = Draws.of(5, "text", examples[i]);
      texts[i] = IntStream.range(0, 2 + examples[i]).map(j -> 1 + draws.nextInt(29)).toArray();
    }
    int longest = Arrays.stream(texts).mapToInt(text -> text.length).max().orElseThrow();
    int[] rows = Arrays.stream(examples).map(i -> ROWS[i]).toArray();
    int[] present = shared ? new int[] {0, 1, 2} : rows;
    List<PixelBatch> pictures =
        IntStream.range(0, places).mapToObj(place -> pictures(present, place)).toList();
    Sharing sharing = shared ? Sharing.of(rows, Device.CPU) : Sharing.NONE;
    return new Inputs(
        TokenBatch.of(texts, longest, Device.CPU),
        pictures,
        pictures.stream().map(batch -> sharing).toList(),
        Pairing.OWN);
  }

  /** Pictures one to three patches wide, which have equally many patches at both places. */
  private static PixelBatch pictures(int[] present, int place) {
    int widest = PATCH * (1 + Arrays.stream(present).max().orElseThrow());
    int high = 2 * PATCH;
    float[] pixels = new float[present.length * 3 * high * widest];
    int[] heights = new int[present.length];
    int[] widths = new int[present.length];
    for (int i = 0; i < present.length; i++) {
      heights[i] = high;
      widths[i] = PATCH * (1 + present[i]);
      Draws draws = Draws.of(7, "pixels", present[i], place);
      for (int row = 0; row < 3 * high; row++) {
        for (int column = 0; column < widths[i]; column++) {
          pixels[(i * 3 * high + row) * widest + column] = (float) draws.nextDouble() - 0.5f;
        }
      }
    }
    return new PixelBatch(Tensors.of(pixels, present.length, 3, high, widest), heights, widths);
  }

  private static Architecture architecture(int pictures) {
    return new Architecture(16, 2, 2, 4, PATCH, 3 * PATCH, 8, 30, 1 + pictures, 0, 0);
  }

  private static Head head(int pictures) {
    return new Head.Classifier("some_classifier", pictures, 4);
  }
}

package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.junit.jupiter.api.Test;

/** The attention that models hand out is that of the blocks that were asked for. */
class ObservedLayersTest {
  private static final Architecture SIZES = new Architecture(16, 2, 3, 2, 4, 8, 4, 10, 2, 0, 0);
  private static final Head HEAD = new Head.Classifier("vqa_classifier", 1, 3);
  private static final int TEXT = 4;

  @Test
  void aFusionModelHandsOutThoseAskedFor() {
    try (FusionModel model = FusionModel.initialised(SIZES, HEAD, 3, Device.CPU)) {
      for (List<Integer> layers : List.of(List.of(0), List.of(0, 2), List.of(2, 1, 1))) {
        assertHandsOut(model, layers, layers);
      }
      assertHandsOut(model, List.of(), List.of(2));
    }
  }

  @Test
  void aDualEncoderHandsOutThoseAskedFor() {
    try (DualEncoder model = DualEncoder.initialised(SIZES, HEAD, 3, Device.CPU)) {
      for (List<Integer> layers : List.of(List.of(0), List.of(0, 2), List.of(2, 1, 1))) {
        assertHandsOut(model, layers, layers);
      }
      assertHandsOut(model, List.of(), List.of(2));
    }
  }

  @Test
  void thereIsNoFourthOfThree() {
    try (DualEncoder model = DualEncoder.initialised(SIZES, HEAD, 3, Device.CPU);
        Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      for (int layer : new int[] {3, -1}) {
        Mode mode = Mode.EVALUATION.observing(List.of(layer));
        assertThatThrownBy(() -> model.observe(inputs(), mode))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("block %d of 3".formatted(layer));
      }
    }
  }

  private static void assertHandsOut(Model model, List<Integer> asked, List<Integer> expected) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      List<Tensor> keys = new ArrayList<>(); // of the text tower, then of the image tower
      Mode mode = new Mode(false, (name, value) -> addKeys(keys, name, value), asked);
      List<Interaction> found = model.observe(inputs(), mode).pictures().get(0);
      assertThat(found).hasSize(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        int layer = expected.get(i);
        assertThat(Tensors.floats(found.get(i).text().keys()))
            .isEqualTo(Tensors.floats(keys.get(layer).narrow(2, 0, TEXT))); // (B, H, T, Dh)
        Tensor last = keys.get(keys.size() - SIZES.depth() + layer);
        long from = model instanceof FusionModel ? TEXT : 0;
        assertThat(Tensors.floats(found.get(i).picture().keys()))
            .isEqualTo(Tensors.floats(last.narrow(2, from, 5))); // (B, H, 1+N, Dh)
      }
    }
  }

  private static void addKeys(List<Tensor> keys, String name, Tensor value) {
    if (name.endsWith(".k")) {
      keys.add(value);
    }
  }

  private static Inputs inputs() {
    Draws draws = Draws.of(1, "pixels");
    float[] pixels = new float[3 * 8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) draws.nextGaussian();
    }
    return new Inputs(
        TokenBatch.of(new int[][] {{1, 2, 3, 4}}, TEXT, Device.CPU),
        List.of(new PixelBatch(Tensors.of(pixels, 1, 3, 8, 8), new int[] {8}, new int[] {8})));
  }
}

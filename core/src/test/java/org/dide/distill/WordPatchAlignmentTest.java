package org.dide.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.Attention;
import org.dide.model.Encoded;
import org.dide.model.Interaction;
import org.dide.model.Look;
import org.dide.model.Mask;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;

class WordPatchAlignmentTest {
  private static final int WIDTH = 6;

  /** States of [CLS], words, [SEP], padding; then of [CLS], patches, padding; padding is noise. */
  private static Look look(float[][] words, int textLength, float[][] patches, int pictureLength) {
    float[] states = new float[(textLength + pictureLength) * WIDTH];
    Draws noise = Draws.of(7, "padding");
    for (int i = 0; i < states.length; i++) {
      states[i] = (float) (50 * noise.nextGaussian());
    }
    for (int i = 0; i < words.length; i++) {
      System.arraycopy(words[i], 0, states, (1 + i) * WIDTH, WIDTH);
    }
    for (int i = 0; i < patches.length; i++) {
      System.arraycopy(patches[i], 0, states, (textLength + 1 + i) * WIDTH, WIDTH);
    }
    Tensor all = Tensors.of(states, 1, textLength + pictureLength, WIDTH);
    Mask text = Mask.prefix(new int[] {words.length + 2}, textLength, Device.CPU);
    Mask picture = Mask.prefix(new int[] {patches.length + 1}, pictureLength, Device.CPU);
    Tensor none = Tensors.of(new float[0], 1, 1, 0, 1);
    Interaction interaction =
        new Interaction(new Attention(none, none), text, new Attention(none, none), picture);
    return new Look(
        none,
        List.of(interaction),
        Optional.of(new Encoded(all, none, text.then(picture), List.of())));
  }

  private static float[][] vectors(int count, String purpose) {
    Draws draws = Draws.of(3, purpose);
    float[][] vectors = new float[count][WIDTH];
    for (float[] vector : vectors) {
      for (int i = 0; i < WIDTH; i++) {
        vector[i] = (float) draws.nextGaussian();
      }
    }
    return vectors;
  }

  /** Each word brings 1/W, each patch takes 1/P, once the steps have converged. */
  @Test
  void allWordsAreCarriedToAllPatches() {
    try (Scope scope = Scope.open()) {
      Look look = look(vectors(3, "words"), 7, vectors(4, "patches"), 6);
      float[] plan = Tensors.floats(WordPatchAlignment.transport(look).plan()); // (1, 6, 7)
      double[] ofWords = new double[7];
      double[] ofPatches = new double[6];
      for (int cell = 0; cell < plan.length; cell++) {
        ofWords[cell % 7] += plan[cell];
        ofPatches[cell / 7] += plan[cell];
      }
      assertThat(ofWords)
          .containsExactly(new double[] {0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 0, 0, 0}, within(1e-2));
      assertThat(ofPatches).containsExactly(new double[] {0, .25, .25, .25, .25, 0}, within(1e-2));
    }
  }

  @Test
  void paddingChangesNothing() {
    try (Scope scope = Scope.open()) {
      float[][] words = vectors(3, "words");
      float[][] patches = vectors(4, "patches");
      float tight = distance(look(words, 5, patches, 5));
      assertThat(distance(look(words, 9, patches, 12))).isCloseTo(tight, within(1e-6f));
    }
  }

  @Test
  void whatIsTheSameCostsNothingAndWhatIsOppositeMuch() {
    try (Scope scope = Scope.open()) {
      float[][] words = vectors(4, "words");
      float[][] turned = new float[4][];
      Arrays.setAll(turned, i -> words[3 - i]);
      float[][] opposite = new float[1][WIDTH];
      float[][] one = {words[0]};
      for (int i = 0; i < WIDTH; i++) {
        opposite[0][i] = -2 * words[0][i];
      }
      assertThat(distance(look(words, 6, turned, 5))).isLessThan(0.01f);
      assertThat(distance(look(one, 4, opposite, 3))).isCloseTo(2, within(1e-4f));
      assertThat(distance(look(new float[0][], 4, opposite, 3))).as("no words").isZero();
    }
  }

  @Test
  void rightPairsAreDrawnTogetherAndWrongOnesApart() {
    try (Scope scope = Scope.open()) {
      Look look = look(vectors(3, "words"), 6, vectors(4, "patches"), 6);
      float distance = distance(look);
      Tensor right = WordPatchAlignment.loss(look, Tensors.of(new float[] {1}, 1));
      Tensor wrong = WordPatchAlignment.loss(look, Tensors.of(new float[] {0}, 1));
      assertThat(right.item_float()).isCloseTo(0.1f * distance, within(1e-6f));
      assertThat(wrong.item_float()).isCloseTo(-0.1f * distance, within(1e-6f));
    }
  }

  private static float distance(Look look) {
    return Tensors.floats(WordPatchAlignment.transport(look).distance())[0];
  }
}

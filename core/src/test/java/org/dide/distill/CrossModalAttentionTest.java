package org.dide.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.bytedeco.pytorch.Tensor;
import org.dide.distill.CrossModalAttention.Queries;
import org.dide.model.Attention;
import org.dide.model.Interaction;
import org.dide.model.Mask;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;

/** Held against the paper's formula, written out in loops and double precision. */
class CrossModalAttentionTest {
  private static final double CLOSE = 1e-5;

  @BeforeContainer
  static void oneThread() {
    Engine.configure(1);
  }

  /**
   * Sizes of a batch.
   *
   * @param width of a head of the student, which scales both models' scores
   * @param taught width of a head of the teacher
   */
  private record Sizes(int heads, int texts, int patches, int width, int taught) {}

  /** One model's queries and keys, and which tokens are real. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Side(float[] queries, float[] keys, int tokens, int width) {
    static Side draw(Draws draws, int batch, int heads, int tokens, int width) {
      int count = batch * heads * tokens * width;
      return new Side(gaussian(draws, count), gaussian(draws, count), tokens, width);
    }

    Attention attention(int batch, int heads) {
      return new Attention(
          Tensors.of(queries, batch, heads, tokens, width),
          Tensors.of(keys, batch, heads, tokens, width));
    }

    private static float[] gaussian(Draws draws, int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) (1.5 * draws.nextGaussian());
      }
      return values;
    }
  }

  @Property(tries = 40)
  void isTheFormula(
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 2, max = 7) int texts,
      @ForAll @IntRange(min = 2, max = 9) int patches,
      @ForAll @IntRange(min = 1, max = 6) int width,
      @ForAll @IntRange(min = 1, max = 6) int taught,
      @ForAll long seed) {
    Sizes sizes = new Sizes(heads, texts, patches, width, taught);
    Draws draws = Draws.of(seed, "lengths");
    int[] textLengths = {texts, 1 + draws.nextInt(texts), 1 + draws.nextInt(texts)};
    int[] patchCounts = {1 + draws.nextInt(patches), patches, 1 + draws.nextInt(patches)};
    for (Queries queries : Queries.values()) {
      assertFormula(sizes, textLengths, patchCounts, queries, seed);
    }
  }

  private static void assertFormula(
      Sizes sizes, int[] textLengths, int[] patchCounts, Queries queries, long seed) {
    Draws draws = Draws.of(seed, "values");
    int batch = textLengths.length;
    Side[] sides = {
      Side.draw(draws, batch, sizes.heads(), sizes.texts(), sizes.width()),
      Side.draw(draws, batch, sizes.heads(), sizes.patches(), sizes.width()),
      Side.draw(draws, batch, sizes.heads(), sizes.texts(), sizes.taught()),
      Side.draw(draws, batch, sizes.heads(), sizes.patches(), sizes.taught())
    };
    try (Scope scope = Scope.open()) {
      Mask textMask = Mask.prefix(textLengths, sizes.texts(), Device.CPU);
      Mask patchMask = Mask.prefix(patchCounts, sizes.patches(), Device.CPU);
      CrossModalAttention.Loss loss =
          CrossModalAttention.loss(
              interaction(sides[0], sides[1], textMask, patchMask, batch, sizes.heads()),
              interaction(sides[2], sides[3], textMask, patchMask, batch, sizes.heads()),
              queries);
      double scale = 1 / Math.sqrt(sizes.width());
      double t2i =
          naive(sides[0], sides[1], sides[2], sides[3], textLengths, patchCounts, queries, scale);
      double i2t =
          naive(sides[1], sides[0], sides[3], sides[2], patchCounts, textLengths, queries, scale);
      assertThat(loss.textToImage().item_double()).isCloseTo(t2i, within(CLOSE * (1 + t2i)));
      assertThat(loss.imageToText().item_double()).isCloseTo(i2t, within(CLOSE * (1 + i2t)));
    }
  }

  private static Interaction interaction(
      Side text, Side picture, Mask textMask, Mask patchMask, int batch, int heads) {
    return new Interaction(
        text.attention(batch, heads), textMask, picture.attention(batch, heads), patchMask);
  }

  /** Mean over queries of sum over real keys of T (ln T - ln S). */
  private static double naive(
      Side asking,
      Side asked,
      Side taughtAsking,
      Side taughtAsked,
      int[] queryLengths,
      int[] keyLengths,
      Queries queries,
      double scale) {
    int batch = queryLengths.length;
    int heads = asking.queries().length / batch / asking.tokens() / asking.width();
    double sum = 0;
    long count = 0;
    for (int pair = 0; pair < batch * heads; pair++) {
      int example = pair / heads;
      for (int query = 0; query < asking.tokens(); query++) {
        if (queries == Queries.VALID && query >= queryLengths[example]) {
          continue;
        }
        double[] learnt = softmax(asking, asked, pair, query, keyLengths[example], scale);
        double[] wanted =
            softmax(taughtAsking, taughtAsked, pair, query, keyLengths[example], scale);
        for (int key = 0; key < learnt.length; key++) {
          if (wanted[key] > 0) {
            sum += wanted[key] * (Math.log(wanted[key]) - Math.log(learnt[key]));
          }
        }
        count++;
      }
    }
    return sum / count;
  }

  private static double[] softmax(
      Side asking, Side asked, int pair, int query, int keys, double scale) {
    double[] scores = new double[keys];
    for (int key = 0; key < keys; key++) {
      for (int i = 0; i < asking.width(); i++) {
        scores[key] +=
            scale
                * asking.queries()[(pair * asking.tokens() + query) * asking.width() + i]
                * asked.keys()[(pair * asked.tokens() + key) * asked.width() + i];
      }
    }
    double largest = Arrays.stream(scores).max().orElseThrow();
    double[] powers = Arrays.stream(scores).map(score -> Math.exp(score - largest)).toArray();
    double total = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / total).toArray();
  }

  /** The same pairs with more padding, whose queries and keys hold huge numbers. */
  @Test
  void realQueriesDoNotSeePadding() {
    double[] tight = twoPairs(3, 4, 0, Queries.VALID);
    double[] wide = twoPairs(6, 9, 50, Queries.VALID);
    assertThat(wide).containsExactly(tight, within(1e-6));
    double[] all = twoPairs(6, 9, 50, Queries.ALL);
    assertThat(all[0]).isNotCloseTo(tight[0], within(1e-3)); // as the reference's depends on it
  }

  @Test
  void nothingIsLearntWhereStudentAndTeacherAgree() {
    try (Scope scope = Scope.open()) {
      Draws draws = Draws.of(3, "same");
      Mask textMask = Mask.prefix(new int[] {2, 3}, 3, Device.CPU);
      Mask patchMask = Mask.prefix(new int[] {4, 1}, 4, Device.CPU);
      Interaction both =
          interaction(
              Side.draw(draws, 2, 2, 3, 5),
              Side.draw(draws, 2, 2, 4, 5),
              textMask,
              patchMask,
              2,
              2);
      CrossModalAttention.Loss loss = CrossModalAttention.loss(both, both, Queries.ALL);
      assertThat(loss.textToImage().item_double()).isCloseTo(0, within(1e-6));
      assertThat(loss.imageToText().item_double()).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void gradientsAreFiniteWithPaddingAndZeroOnIt() {
    try (Scope scope = Scope.open()) {
      Draws draws = Draws.of(9, "gradients");
      Mask textMask = Mask.prefix(new int[] {2, 5}, 5, Device.CPU);
      Mask patchMask = Mask.prefix(new int[] {6, 1}, 6, Device.CPU);
      Interaction student =
          interaction(
              Side.draw(draws, 2, 2, 5, 3),
              Side.draw(draws, 2, 2, 6, 3),
              textMask,
              patchMask,
              2,
              2);
      Interaction teacher =
          interaction(
              Side.draw(draws, 2, 2, 5, 4),
              Side.draw(draws, 2, 2, 6, 4),
              textMask,
              patchMask,
              2,
              2);
      for (Interaction learner : new Interaction[] {student, teacher}) {
        for (Attention attention : new Attention[] {learner.text(), learner.picture()}) {
          attention.queries().requires_grad_(true);
          attention.keys().requires_grad_(true);
        }
      }
      CrossModalAttention.Loss loss = CrossModalAttention.loss(student, teacher, Queries.VALID);
      loss.textToImage().add(loss.imageToText()).backward();
      for (Attention attention : new Attention[] {student.text(), student.picture()}) {
        assertThat(finite(attention.queries().grad())).isTrue();
        assertThat(finite(attention.keys().grad())).isTrue();
      }
      Tensor paddingKeys = student.text().keys().grad().select(0, 0).narrow(1, 2, 3); // (H, 3, Dh)
      assertThat(Tensors.floats(paddingKeys)).containsOnly(0);
      Tensor paddingQueries = student.picture().queries().grad().select(0, 1).narrow(1, 1, 5);
      assertThat(Tensors.floats(paddingQueries)).containsOnly(0);
      assertThat(Tensors.floats(student.picture().keys().grad())).isNotEqualTo(new float[72]);
      assertThat(teacher.text().queries().grad().defined()).isFalse();
      assertThat(teacher.picture().keys().grad().defined()).isFalse();
    }
  }

  private static boolean finite(Tensor tensor) {
    for (float value : Tensors.floats(tensor)) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** Text-to-image and image-to-text of two pairs, 3 and 2 tokens with 2 and 4 patches. */
  private static double[] twoPairs(int texts, int patches, float padding, Queries queries) {
    int[] textLengths = {3, 2};
    int[] patchCounts = {2, 4};
    try (Scope scope = Scope.open()) {
      Mask textMask = Mask.prefix(textLengths, texts, Device.CPU);
      Mask patchMask = Mask.prefix(patchCounts, patches, Device.CPU);
      Interaction[] models = new Interaction[2];
      for (int model = 0; model < 2; model++) {
        models[model] =
            interaction(
                padded("text", model, textLengths, texts, padding),
                padded("picture", model, patchCounts, patches, padding),
                textMask,
                patchMask,
                2,
                1);
      }
      CrossModalAttention.Loss loss = CrossModalAttention.loss(models[0], models[1], queries);
      return new double[] {loss.textToImage().item_double(), loss.imageToText().item_double()};
    }
  }

  private static Side padded(String name, int model, int[] lengths, int tokens, float padding) {
    int width = 3;
    float[] queries = new float[lengths.length * tokens * width];
    float[] keys = new float[queries.length];
    for (int example = 0; example < lengths.length; example++) {
      Draws draws = Draws.of(1, name, model, example);
      for (int i = 0; i < tokens * width; i++) {
        boolean real = i < lengths[example] * width;
        queries[example * tokens * width + i] = real ? (float) draws.nextGaussian() : padding;
        keys[example * tokens * width + i] = real ? (float) draws.nextGaussian() : -padding;
      }
    }
    return new Side(queries, keys, tokens, width);
  }
}

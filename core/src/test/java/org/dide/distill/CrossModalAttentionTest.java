package org.dide.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
import org.dide.tensor.Precision;
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
   * @param taughtHeads of the teacher
   * @param taughtWidth of a head of the teacher
   */
  private record Sizes(
      int heads, int width, int taughtHeads, int taughtWidth, int texts, int patches) {}

  /** One model's queries and keys of one modality, {@code (B, H, T, Dh)}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Side(float[] queries, float[] keys, int batch, int heads, int tokens, int width) {
    static Side draw(Draws draws, int batch, int heads, int tokens, int width) {
      int count = batch * heads * tokens * width;
      return new Side(gaussian(draws, count), gaussian(draws, count), batch, heads, tokens, width);
    }

    Attention attention() {
      return new Attention(
          Tensors.of(queries, batch, heads, tokens, width),
          Tensors.of(keys, batch, heads, tokens, width));
    }

    /** These tokens, then others. */
    Side then(Side next) {
      int both = tokens + next.tokens;
      int count = batch * heads * both * width;
      Side joined = new Side(new float[count], new float[count], batch, heads, both, width);
      for (int pair = 0; pair < batch * heads; pair++) {
        copyInto(joined, pair, 0);
        next.copyInto(joined, pair, tokens);
      }
      return joined;
    }

    private void copyInto(Side joined, int pair, int at) {
      int from = pair * tokens * width;
      int to = (pair * joined.tokens + at) * width;
      System.arraycopy(queries, from, joined.queries, to, tokens * width);
      System.arraycopy(keys, from, joined.keys, to, tokens * width);
    }

    /** The same head so many times. */
    Side repeated(int times) {
      int block = tokens * width;
      Side copies =
          new Side(
              new float[queries.length * times],
              new float[queries.length * times],
              batch,
              heads * times,
              tokens,
              width);
      for (int pair = 0; pair < batch * heads * times; pair++) {
        System.arraycopy(queries, pair / times * block, copies.queries, pair * block, block);
        System.arraycopy(keys, pair / times * block, copies.keys, pair * block, block);
      }
      return copies;
    }

    double score(int example, int head, int query, Side asked, int key) {
      double sum = 0;
      int row = (example * heads + head) * tokens + query;
      int column = (example * heads + head) * asked.tokens + key;
      for (int i = 0; i < width; i++) {
        sum += (double) queries[row * width + i] * asked.keys[column * width + i];
      }
      return sum;
    }

    private static float[] gaussian(Draws draws, int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) (1.5 * draws.nextGaussian());
      }
      return values;
    }
  }

  /** A model's two modalities. */
  private record Pair(Side text, Side picture) {
    Side asking(AttentionPart part) {
      return switch (part) {
        case TEXT_TO_IMAGE, WITHIN_TEXT -> text;
        case IMAGE_TO_TEXT, WITHIN_IMAGE -> picture;
        case WHOLE -> text.then(picture);
      };
    }

    Side asked(AttentionPart part) {
      return switch (part) {
        case IMAGE_TO_TEXT, WITHIN_TEXT -> text;
        case TEXT_TO_IMAGE, WITHIN_IMAGE -> picture;
        case WHOLE -> text.then(picture);
      };
    }

    Interaction interaction(int[] textLengths, int[] patchCounts) {
      return new Interaction(
          text.attention(),
          Mask.prefix(textLengths, text.tokens(), Device.CPU),
          picture.attention(),
          Mask.prefix(patchCounts, picture.tokens(), Device.CPU));
    }
  }

  @Property(tries = 40)
  void isTheFormula(
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 1, max = 3) int taughtHeads,
      @ForAll @IntRange(min = 2, max = 7) int texts,
      @ForAll @IntRange(min = 2, max = 9) int patches,
      @ForAll @IntRange(min = 1, max = 6) int width,
      @ForAll @IntRange(min = 1, max = 6) int taughtWidth,
      @ForAll long seed) {
    Sizes sizes = new Sizes(heads, width, taughtHeads, taughtWidth, texts, patches);
    Draws draws = Draws.of(seed, "lengths");
    int[] textLengths = {texts, 1 + draws.nextInt(texts), 1 + draws.nextInt(texts)};
    int[] patchCounts = {1 + draws.nextInt(patches), patches, 1 + draws.nextInt(patches)};
    for (AttentionPart part : AttentionPart.values()) {
      for (Queries queries : Queries.values()) {
        assertFormula(part, sizes, textLengths, patchCounts, queries, seed);
      }
    }
  }

  private static void assertFormula(
      AttentionPart part,
      Sizes sizes,
      int[] textLengths,
      int[] patchCounts,
      Queries queries,
      long seed) {
    Draws draws = Draws.of(seed, "values");
    int batch = textLengths.length;
    Pair student = pair(draws, batch, sizes.heads(), sizes.width(), sizes);
    Pair teacher = pair(draws, batch, sizes.taughtHeads(), sizes.taughtWidth(), sizes);
    try (Scope scope = Scope.open()) {
      double loss =
          CrossModalAttention.loss(
                  part,
                  student.interaction(textLengths, patchCounts),
                  teacher.interaction(textLengths, patchCounts),
                  queries)
              .item_double();
      double expected = naive(part, student, teacher, textLengths, patchCounts, queries);
      assertThat(loss).as(part.shortName()).isCloseTo(expected, within(CLOSE * (1 + expected)));
    }
  }

  /** A teacher's attention is compared as exactly where the models compute in bfloat16. */
  @Test
  void isExactWithinBf16() {
    Sizes sizes = new Sizes(2, 8, 2, 8, 5, 7);
    Draws draws = Draws.of(1, "values");
    Pair student = pair(draws, 3, 2, 8, sizes);
    Pair teacher = pair(draws, 3, 2, 8, sizes);
    int[] texts = {5, 3, 4};
    int[] patches = {7, 2, 7};
    try (Scope scope = Scope.open()) {
      double exact = loss(student.interaction(texts, patches), teacher.interaction(texts, patches));
      try (Precision.Autocast cast = Precision.BF16.begin(Device.CPU)) {
        assertThat(loss(student.interaction(texts, patches), teacher.interaction(texts, patches)))
            .isEqualTo(exact);
      }
    }
  }

  private static double loss(Interaction student, Interaction teacher) {
    return CrossModalAttention.loss(AttentionPart.TEXT_TO_IMAGE, student, teacher, Queries.ALL)
        .item_double();
  }

  private static Pair pair(Draws draws, int batch, int heads, int width, Sizes sizes) {
    return new Pair(
        Side.draw(draws, batch, heads, sizes.texts(), width),
        Side.draw(draws, batch, heads, sizes.patches(), width));
  }

  /** Mean over queries of sum over real keys of T (ln T - ln S). */
  private static double naive(
      AttentionPart part,
      Pair student,
      Pair teacher,
      int[] textLengths,
      int[] patchCounts,
      Queries queries) {
    Side asking = student.asking(part);
    double scale = 1 / Math.sqrt(asking.width());
    double sum = 0;
    long count = 0;
    for (int example = 0; example < asking.batch(); example++) {
      boolean[] text = real(textLengths[example], student.text().tokens());
      boolean[] picture = real(patchCounts[example], student.picture().tokens());
      boolean[] realQueries = ofPart(part, text, picture, part == AttentionPart.IMAGE_TO_TEXT);
      boolean[] realKeys = ofPart(part, text, picture, part == AttentionPart.TEXT_TO_IMAGE);
      for (int[][] heads : comparisons(asking.heads(), teacher.text().heads())) {
        for (int query = 0; query < asking.tokens(); query++) {
          if (queries == Queries.VALID && !realQueries[query]) {
            continue;
          }
          double[] learnt =
              mean(asking, student.asked(part), example, heads[0], query, realKeys, scale);
          double[] wanted =
              mean(
                  teacher.asking(part),
                  teacher.asked(part),
                  example,
                  heads[1],
                  query,
                  realKeys,
                  scale);
          for (int key = 0; key < learnt.length; key++) {
            if (wanted[key] > 0) {
              sum += wanted[key] * (Math.log(wanted[key]) - Math.log(learnt[key]));
            }
          }
          count++;
        }
      }
    }
    return sum / count;
  }

  /** Heads of student and teacher that are compared: one with one, or all with all. */
  private static int[][][] comparisons(int heads, int taughtHeads) {
    return heads == taughtHeads
        ? IntStream.range(0, heads)
            .mapToObj(head -> new int[][] {{head}, {head}})
            .toArray(int[][][]::new)
        : new int[][][] {
          {IntStream.range(0, heads).toArray(), IntStream.range(0, taughtHeads).toArray()}
        };
  }

  private static boolean[] real(int length, int tokens) {
    boolean[] real = new boolean[tokens];
    Arrays.fill(real, 0, length, true);
    return real;
  }

  private static boolean[] ofPart(
      AttentionPart part, boolean[] text, boolean[] picture, boolean isPicture) {
    if (part == AttentionPart.WHOLE) {
      boolean[] both = Arrays.copyOf(text, text.length + picture.length);
      System.arraycopy(picture, 0, both, text.length, picture.length);
      return both;
    }
    return isPicture || part == AttentionPart.WITHIN_IMAGE ? picture : text;
  }

  /** Where one query looks, mean over heads; 0 on padding. */
  private static double[] mean(
      Side asking, Side asked, int example, int[] heads, int query, boolean[] real, double scale) {
    double[] mean = new double[real.length];
    for (int head : heads) {
      double total = 0;
      double[] powers = new double[real.length];
      for (int key = 0; key < real.length; key++) {
        if (real[key]) {
          powers[key] = Math.exp(scale * asking.score(example, head, query, asked, key));
          total += powers[key];
        }
      }
      for (int key = 0; key < real.length; key++) {
        mean[key] += powers[key] / total / heads.length;
      }
    }
    return mean;
  }

  /** Averaged over heads, the same head many times is that head. */
  @Test
  void averagingEqualHeadsChangesNothing() {
    Sizes sizes = new Sizes(1, 4, 1, 3, 5, 6);
    int[] textLengths = {5, 3};
    int[] patchCounts = {2, 6};
    try (Scope scope = Scope.open()) {
      Draws draws = Draws.of(11, "heads");
      Pair student = pair(draws, 2, 1, 4, sizes);
      Pair teacher = pair(draws, 2, 1, 3, sizes);
      Pair students = new Pair(student.text().repeated(2), student.picture().repeated(2));
      Pair teachers = new Pair(teacher.text().repeated(3), teacher.picture().repeated(3));
      for (AttentionPart part : AttentionPart.values()) {
        double single = loss(part, student, teacher, textLengths, patchCounts);
        assertThat(loss(part, students, teacher, textLengths, patchCounts))
            .isCloseTo(single, within(1e-6));
        assertThat(loss(part, student, teachers, textLengths, patchCounts))
            .isCloseTo(single, within(1e-6));
        assertThat(loss(part, students, teachers, textLengths, patchCounts))
            .isCloseTo(single, within(1e-6));
      }
    }
  }

  private static double loss(
      AttentionPart part, Pair student, Pair teacher, int[] textLengths, int[] patchCounts) {
    return CrossModalAttention.loss(
            part,
            student.interaction(textLengths, patchCounts),
            teacher.interaction(textLengths, patchCounts),
            Queries.VALID)
        .item_double();
  }

  /** Distributions that are far apart, where a probability is less than the smallest float. */
  @Test
  void averagingHeadsStaysFinite() {
    try (Scope scope = Scope.open()) {
      Interaction student = sharp(2, 200).interaction(new int[] {2}, new int[] {2});
      Interaction teacher = sharp(1, -200).interaction(new int[] {2}, new int[] {2});
      student.text().queries().requires_grad_(true);
      Tensor loss =
          CrossModalAttention.loss(AttentionPart.TEXT_TO_IMAGE, student, teacher, Queries.VALID);
      loss.backward();
      assertThat(loss.item_double()).isCloseTo(400, within(1e-2));
      assertThat(finite(student.text().queries().grad())).isTrue();
    }
  }

  /** Every text query prefers the second of two patches by so much, in every head. */
  private static Pair sharp(int heads, float difference) {
    float[] queries = new float[2 * heads];
    Arrays.fill(queries, 1);
    float[] keys = new float[2 * heads];
    for (int head = 0; head < heads; head++) {
      keys[2 * head] = -difference;
      keys[2 * head + 1] = difference;
    }
    Side side = new Side(queries, keys, 1, heads, 2, 1);
    return new Pair(side, side);
  }

  /** The same pairs with more padding, whose queries and keys hold huge numbers. */
  @Test
  void realQueriesDoNotSeePadding() {
    for (AttentionPart part : AttentionPart.values()) {
      double tight = twoPairs(part, 3, 4, 0, Queries.VALID);
      double wide = twoPairs(part, 6, 9, 50, Queries.VALID);
      assertThat(wide).as(part.shortName()).isCloseTo(tight, within(1e-6));
    }
    double all = twoPairs(AttentionPart.TEXT_TO_IMAGE, 6, 9, 50, Queries.ALL);
    double tight = twoPairs(AttentionPart.TEXT_TO_IMAGE, 3, 4, 0, Queries.VALID);
    assertThat(all).isNotCloseTo(tight, within(1e-3)); // as the reference's depends on it
  }

  @Test
  void nothingIsLearntWhereStudentAndTeacherAgree() {
    try (Scope scope = Scope.open()) {
      Pair pair = pair(Draws.of(3, "same"), 2, 2, 5, new Sizes(2, 5, 2, 5, 3, 4));
      Interaction both = pair.interaction(new int[] {2, 3}, new int[] {4, 1});
      for (AttentionPart part : AttentionPart.values()) {
        for (Queries queries : Queries.values()) {
          assertThat(CrossModalAttention.loss(part, both, both, queries).item_double())
              .isCloseTo(0, within(1e-6));
        }
      }
    }
  }

  @Property(tries = 20)
  void gradientsAreFiniteWithPaddingAndZeroOnIt(
      @ForAll AttentionPart part, @ForAll @IntRange(min = 1, max = 3) int taughtHeads) {
    try (Scope scope = Scope.open()) {
      Draws draws = Draws.of(9, "gradients");
      Sizes sizes = new Sizes(2, 3, taughtHeads, 4, 5, 6);
      int[] textLengths = {2, 5};
      int[] patchCounts = {6, 1};
      Interaction student =
          learner(pair(draws, 2, 2, 3, sizes).interaction(textLengths, patchCounts));
      Interaction teacher =
          learner(pair(draws, 2, taughtHeads, 4, sizes).interaction(textLengths, patchCounts));
      CrossModalAttention.loss(part, student, teacher, Queries.VALID).backward();
      assertThat(reached(student)).isEqualTo(reachable(part));
      for (Tensor tensor : tensors(student)) {
        assertThat(!tensor.grad().defined() || finite(tensor.grad())).isTrue();
      }
      assertZeroOnPadding(student.text(), 0, 2, 3);
      assertZeroOnPadding(student.picture(), 1, 1, 5);
      for (Tensor tensor : tensors(teacher)) {
        assertThat(tensor.grad().defined()).isFalse();
      }
    }
  }

  private static Interaction learner(Interaction interaction) {
    tensors(interaction).forEach(tensor -> tensor.requires_grad_(true));
    return interaction;
  }

  /** Queries and keys of the text, then of the picture. */
  private static List<Tensor> tensors(Interaction interaction) {
    return List.of(
        interaction.text().queries(),
        interaction.text().keys(),
        interaction.picture().queries(),
        interaction.picture().keys());
  }

  private static List<Boolean> reached(Interaction interaction) {
    return tensors(interaction).stream()
        .map(tensor -> tensor.grad().defined() && sumOfSquares(tensor.grad()) > 0)
        .toList();
  }

  private static List<Boolean> reachable(AttentionPart part) {
    return switch (part) {
      case TEXT_TO_IMAGE -> List.of(true, false, false, true);
      case IMAGE_TO_TEXT -> List.of(false, true, true, false);
      case WITHIN_TEXT -> List.of(true, true, false, false);
      case WITHIN_IMAGE -> List.of(false, false, true, true);
      case WHOLE -> List.of(true, true, true, true);
    };
  }

  private static void assertZeroOnPadding(Attention attention, int example, int from, int count) {
    for (Tensor tensor : List.of(attention.queries(), attention.keys())) {
      if (tensor.grad().defined()) {
        Tensor padding = tensor.grad().select(0, example).narrow(1, from, count); // (H, count, Dh)
        assertThat(Tensors.floats(padding)).containsOnly(0);
      }
    }
  }

  private static double sumOfSquares(Tensor tensor) {
    double sum = 0;
    for (float value : Tensors.floats(tensor)) {
      sum += value * value;
    }
    return sum;
  }

  private static boolean finite(Tensor tensor) {
    for (float value : Tensors.floats(tensor)) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** The loss of two pairs, 3 and 2 tokens with 2 and 4 patches. */
  private static double twoPairs(
      AttentionPart part, int texts, int patches, float padding, Queries queries) {
    int[] textLengths = {3, 2};
    int[] patchCounts = {2, 4};
    try (Scope scope = Scope.open()) {
      Interaction[] models = new Interaction[2];
      for (int model = 0; model < 2; model++) {
        models[model] =
            new Pair(
                    padded("text", model, textLengths, texts, padding),
                    padded("picture", model, patchCounts, patches, padding))
                .interaction(textLengths, patchCounts);
      }
      return CrossModalAttention.loss(part, models[0], models[1], queries).item_double();
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
    return new Side(queries, keys, lengths.length, 1, tokens, width);
  }
}

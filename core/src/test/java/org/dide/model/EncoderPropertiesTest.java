package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/**
 * What an encoder says of an example depends neither on padding, whatever its pixels and tokens
 * are, nor on the examples beside it: over random architectures and batches.
 */
class EncoderPropertiesTest {
  private static final int TRIES = 12;
  private static final Head HEAD = new Head.Classifier("vqa_classifier", 1, 5);
  private static final int VOCABULARY = 30;

  /** Rounding, where sums are taken over other lengths; values are of order 1. */
  private static final double CLOSE = 2e-5;

  @BeforeContainer
  static void oneThread() {
    Engine.configure(1);
  }

  /**
   * A batch whose padding is drawn as well.
   *
   * @param rows patches in a column of each picture, and columns in a row
   * @param texts length of each text
   */
  private record Sizes(
      Architecture architecture,
      List<Integer> rows,
      List<Integer> columns,
      List<Integer> texts,
      long seed) {
    int count() {
      return texts.size();
    }
  }

  /** How much wider than needed a batch is made, in patches and tokens, and what stands there. */
  private record Padding(int patches, int tokens, float pixel) {
    static final Padding NONE = new Padding(0, 0, 0);
  }

  @Provide
  Arbitrary<Sizes> sizes() {
    Arbitrary<Architecture> architectures =
        Combinators.combine(
                Arbitraries.of(1, 2, 3, 4),
                Arbitraries.of(4, 8, 12),
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(1, 4),
                Arbitraries.of(2, 4, 8),
                Arbitraries.integers().between(1, 5))
            .as(
                (heads, headWidth, depth, ratio, patch, grid) ->
                    new Architecture(
                        heads * headWidth,
                        heads,
                        depth,
                        ratio,
                        patch,
                        patch * grid,
                        12,
                        VOCABULARY,
                        2,
                        0.1, // acts in training only
                        0));
    return Combinators.combine(
            architectures, Arbitraries.integers().between(1, 4), Arbitraries.longs())
        .as(EncoderPropertiesTest::draw);
  }

  private static Sizes draw(Architecture architecture, int count, long seed) {
    Draws draws = Draws.of(seed, "sizes");
    return new Sizes(
        architecture,
        IntStream.range(0, count).mapToObj(i -> 1 + draws.nextInt(6)).toList(),
        IntStream.range(0, count).mapToObj(i -> 1 + draws.nextInt(6)).toList(),
        IntStream.range(0, count).mapToObj(i -> 2 + draws.nextInt(7)).toList(),
        seed);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void fusionEncoder(@ForAll("sizes") Sizes sizes) {
    try (FusionModel model =
        FusionModel.initialised(
            sizes.architecture(), HEAD, sizes.seed(), Initialisation.FAN_IN, Device.CPU)) {
      assertIndependent(sizes, inputs -> model.observe(inputs, Mode.EVALUATION).logits());
      FusionEncoder encoder = model.encoder();
      assertIndependent(
          sizes,
          inputs -> {
            PixelBatch pictures = inputs.pictures().get(0);
            return encoder
                .encode(inputs.text(), pictures, encoder.plan(pictures), 1, Mode.EVALUATION)
                .all()
                .pooled();
          });
    }
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void dualEncoderAndItsTowers(@ForAll("sizes") Sizes sizes) {
    try (DualEncoder model =
        DualEncoder.initialised(
            sizes.architecture(), HEAD, sizes.seed(), Initialisation.FAN_IN, Device.CPU)) {
      assertIndependent(sizes, inputs -> model.observe(inputs, Mode.EVALUATION).logits());
      ImageTower images = model.imageTower();
      assertIndependent(
          sizes,
          inputs -> {
            PixelBatch pictures = inputs.pictures().get(0);
            return images.encode(pictures, images.plan(pictures), 1, Mode.EVALUATION).pooled();
          });
      assertIndependent(
          sizes, inputs -> model.textTower().encode(inputs.text(), Mode.EVALUATION).pooled());
    }
  }

  /** Rows of the whole batch, of the batch with more padding, and of each example by itself. */
  private static void assertIndependent(Sizes sizes, Function<Inputs, Tensor> encode) {
    float[] together = run(encode, sizes, 0, sizes.count(), Padding.NONE);
    assertThat(together).as("values").doesNotContain(Float.NaN);
    assertClose("more padding", run(encode, sizes, 0, sizes.count(), wide(7)), together);
    assertClose("noisy padding", run(encode, sizes, 0, sizes.count(), wide(0.7f)), together);
    int width = together.length / sizes.count();
    for (int i = 0; i < sizes.count(); i++) {
      float[] row = java.util.Arrays.copyOfRange(together, i * width, (i + 1) * width);
      assertClose("alone", run(encode, sizes, i, i + 1, Padding.NONE), row);
      assertClose("alone, padded", run(encode, sizes, i, i + 1, wide(-3)), row);
    }
  }

  private static Padding wide(float pixel) {
    return new Padding(2, 3, pixel);
  }

  private static float[] run(
      Function<Inputs, Tensor> encode, Sizes sizes, int from, int to, Padding padding) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      return Tensors.floats(encode.apply(inputs(sizes, from, to, padding)));
    }
  }

  private static void assertClose(String what, float[] found, float[] expected) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) Math.abs(found[i] - expected[i])).as(what).isLessThan(CLOSE);
    }
  }

  /** The examples from one to another, which look the same in whichever batch they stand. */
  private static Inputs inputs(Sizes sizes, int from, int to, Padding padding) {
    int[][] texts = new int[to - from][];
    for (int i = from; i < to; i++) {
      Draws draws = Draws.of(sizes.seed(), "text", i);
      texts[i - from] =
          IntStream.range(0, sizes.texts().get(i)).map(j -> 1 + draws.nextInt(29)).toArray();
    }
    int longest = longest(sizes.texts().subList(from, to)) + padding.tokens();
    return new Inputs(
        TokenBatch.of(texts, longest, Device.CPU), List.of(pictures(sizes, from, to, padding)));
  }

  private static PixelBatch pictures(Sizes sizes, int from, int to, Padding padding) {
    int patch = sizes.architecture().patchSize();
    int high = patch * (longest(sizes.rows().subList(from, to)) + padding.patches());
    int wide = patch * (longest(sizes.columns().subList(from, to)) + padding.patches());
    float[] pixels = new float[(to - from) * 3 * high * wide];
    java.util.Arrays.fill(pixels, padding.pixel());
    for (int i = from; i < to; i++) {
      Draws draws = Draws.of(sizes.seed(), "picture", i);
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < patch * sizes.rows().get(i); y++) {
          for (int x = 0; x < patch * sizes.columns().get(i); x++) {
            pixels[(((i - from) * 3 + channel) * high + y) * wide + x] =
                (float) (2 * draws.nextDouble() - 1);
          }
        }
      }
    }
    return new PixelBatch(
        Tensors.of(pixels, to - from, 3, high, wide),
        sizes.rows().subList(from, to).stream().mapToInt(n -> n * patch).toArray(),
        sizes.columns().subList(from, to).stream().mapToInt(n -> n * patch).toArray());
  }

  private static int longest(List<Integer> lengths) {
    return lengths.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}

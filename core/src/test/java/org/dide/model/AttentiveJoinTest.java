package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.cat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.image.PixelBatch;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Gaussian;
import org.dide.tensor.Precision;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentiveJoinTest {
  private static final int WORDS = 30;
  private static final int PATCH = 8;
  private static final int SIDE = 3 * PATCH;
  private static final int TOKENS = 5;
  private static final int HEADS = 2;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void attentionAddsUpToOneOverRealStates(int vectors) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        DualEncoder model = model(32, vectors, 2, 7)) {
      int[] heights = {2 * PATCH, SIDE};
      int[] widths = {SIDE, SIDE};
      PixelBatch mixed = new PixelBatch(noise(3, 2, 3, SIDE, SIDE), heights, widths);
      Inputs inputs = new Inputs(texts(2, 5), List.of(mixed, pictures(2, 4)));
      List<List<Tensor>> last = looks(model, inputs, Mode.EVALUATION);
      List<List<Tensor>> attention = looks(model, inputs, Mode.EVALUATION.observing(List.of(0, 1)));
      assertThat(attention).hasSize(2).allSatisfy(layers -> assertThat(layers).hasSize(2));
      assertThat(last).allSatisfy(layers -> assertThat(layers).hasSize(1));
      assertThat(last.get(1).get(0).equal(attention.get(1).get(1))).isTrue();
      for (Tensor each : attention.stream().flatMap(List::stream).toList()) {
        float[] sums = Tensors.floats(each.sum(new long[] {-1}, false, new ScalarTypeOptional()));
        assertThat(sums).hasSize(2 * HEADS * TOKENS);
        for (float sum : sums) {
          assertThat(sum).isCloseTo(1, within(1e-5f));
        }
      }
      Tensor padding = attention.get(0).get(0).narrow(0, 0, 1).narrow(3, 1 + 6, 3); // (1, H, T, 3)
      assertThat(Tensors.floats(padding)).containsOnly(0);
    }
  }

  private static List<List<Tensor>> looks(DualEncoder model, Inputs inputs, Mode mode) {
    return model.observe(inputs, mode).join().orElseThrow().attention();
  }

  /** Which a picture of any shape must show, and padding must not. */
  @Test
  void vectorsBeginSpreadOverThePicture() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        DualEncoder model = model(32, 6, 1, 7)) {
      PixelBatch wide =
          new PixelBatch(
              noise(3, 2, 3, SIDE, 4 * PATCH),
              new int[] {2 * PATCH, SIDE},
              new int[] {3 * PATCH, 4 * PATCH});
      ParameterSource own =
          (name, initial, shape) ->
              Optional.ofNullable(model.parameters().tensors().get(name)).orElseThrow();
      StatePooling pooling =
          new StatePooling(own.at(AttentiveJoin.NAME + ".pooling"), model.architecture(), 6);
      Tensor shares = pooling.pool(model.pictures(wide, 0)).shares().orElseThrow(); // (2, 6, 13)
      // Of 2 by 3 patches each is one vector's; [CLS] stands before them.
      assertThat(Tensors.longs(shares.select(0, 0).argmax(new LongOptional(1), false)))
          .containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  @Property(tries = 4)
  void aRowsBitsDependOnThatRowAlone(
      @ForAll @IntRange(min = 1, max = 70) int rows,
      @ForAll @IntRange(min = 0, max = 30) int from,
      @ForAll @IntRange(min = 1, max = 2) int pictures,
      @ForAll long seed) {
    Engine.configure(1);
    for (int width : List.of(32, 132, 384)) {
      for (int vectors : List.of(0, 1, 4)) {
        try (Scope scope = Scope.open();
            NoGradGuard guard = new NoGradGuard();
            DualEncoder model = model(width, vectors, pictures, seed)) {
          Meeting join = model.meeting();
          Tensor text = join.texts(model.texts(texts(1, seed))); // (1, S)
          List<Tensor> all =
              IntStream.range(0, pictures)
                  .mapToObj(place -> noise(seed + place, 101, join.size())) // (101, S)
                  .toList();
          Tensor scores = join.scores(text, all); // (101, C)
          for (int count : List.of(1, rows)) {
            List<Tensor> some = all.stream().map(each -> each.narrow(0, from, count)).toList();
            assertThat(join.scores(text, some).equal(scores.narrow(0, from, count)))
                .as("width %d, %d vectors, %d rows", width, vectors, count)
                .isTrue();
          }
        }
      }
    }
    Engine.configure(Engine.processors());
  }

  /** What is stored answers as a batch from pixels does, but for rounding. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void storedPicturesAnswerAsWholeOnesDo(int vectors) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        DualEncoder model = model(32, vectors, 2, 3)) {
      List<PixelBatch> pictures = List.of(pictures(6, 1), pictures(6, 2));
      TokenBatch texts = texts(6, 4);
      Observation whole = model.observe(new Inputs(texts, pictures), Mode.EVALUATION);
      AttentiveJoin join = (AttentiveJoin) model.meeting();
      List<Tensor> stored =
          IntStream.range(0, 2)
              .mapToObj(place -> join.pictures(model.pictures(pictures.get(place), place)))
              .toList();
      Tensor text = join.texts(model.texts(texts));

      assertThat(stored.get(0).size(1)).isEqualTo(join.size());
      assertThat(Tensors.floats(join.scores(text, stored)))
          .containsExactly(Tensors.floats(whole.logits()), within(1e-4f));
      assertThat(
              Tensors.floats(
                  join.quick()
                      .scores(join.quickPart(text), stored.stream().map(join::quickPart).toList())))
          .containsExactly(Tensors.floats(whole.join().orElseThrow().quick()), within(1e-4f));
      assertThat(Tensors.floats(whole.quick().orElseThrow().logits()))
          .isNotEqualTo(Tensors.floats(whole.logits()));
    }
  }

  /** What it looks at is a set, since states know their places, and each of the set counts. */
  @Test
  void theOrderOfStoredStatesDoesNotMatterButEachStateDoes() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        DualEncoder model = model(32, 0, 1, 3)) {
      Meeting join = model.meeting();
      Tensor text = join.texts(model.texts(texts(1, 4)));
      Tensor stored = join.pictures(model.pictures(pictures(1, 1), 0)).clone(); // (1, S)
      float[] before = Tensors.floats(join.scores(text, List.of(stored)));
      Tensor last = stored.narrow(1, join.size() - 32L, 32); // (1, D)
      Tensor turned =
          cat(
              new TensorVector(
                  stored.narrow(1, 0, 2 * 32L), last, stored.narrow(1, 2 * 32L, 9 * 32L)),
              1); // (1, S)
      assertThat(Tensors.floats(join.scores(text, List.of(turned))))
          .containsExactly(before, within(1e-5f));
      last.fill_(new Scalar(3.0));
      assertThat(Tensors.floats(join.scores(text, List.of(stored)))).isNotEqualTo(before);
    }
  }

  @Test
  void ofAllStatesThereAreAsManyAsPatchesAreKept() {
    Architecture all = sizes(32, 0, 1);
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        DualEncoder model = model(all.withMaxPatches(4), 3);
        DualEncoder whole = model(all.withMaxPatches(100), 3)) {
      Tensor kept = model.meeting().pictures(model.pictures(pictures(2, 1), 0)); // (2, S)
      assertThat(kept.size(1)).isEqualTo(model.meeting().size()).isEqualTo((2 + 1 + 4) * 32L);
      assertThat(whole.meeting().size()).isEqualTo((2 + 1 + 9) * 32);
    }
  }

  /** Rows of numbers cannot say which of them are padding. */
  @Test
  void statesOfDifferentNumbersAreNoRows() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        DualEncoder all = model(32, 0, 1, 3);
        DualEncoder pooled = model(32, 4, 1, 3)) {
      TokenBatch texts = TokenBatch.of(new int[][] {{1, 2, 3}, {1, 2}}, TOKENS, Device.CPU);
      assertThatThrownBy(() -> all.meeting().texts(all.texts(texts)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("states of different numbers");
      PixelBatch mixed =
          new PixelBatch(
              noise(3, 2, 3, SIDE, SIDE), new int[] {2 * PATCH, SIDE}, new int[] {SIDE, SIDE});
      assertThatThrownBy(() -> all.meeting().pictures(all.pictures(mixed, 0)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(pooled.meeting().pictures(pooled.pictures(mixed, 0)).size(1))
          .isEqualTo(pooled.meeting().size());
    }
  }

  /** A loss is made of where it looks: its distributions are exact where the model is not. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void attentionIsExactWithinBf16(int vectors) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        DualEncoder model = model(32, vectors, 1, 7);
        Precision.Autocast cast = Precision.BF16.begin(Device.CPU)) {
      Inputs inputs = new Inputs(texts(2, 5), List.of(pictures(2, 4)));
      Tensor attention = looks(model, inputs, Mode.EVALUATION).get(0).get(0); // (B, H, T, 1+N)
      assertThat(attention.scalar_type().intern()).isEqualTo(ScalarType.Float);
      float[] sums =
          Tensors.floats(attention.sum(new long[] {-1}, false, new ScalarTypeOptional()));
      for (float sum : sums) {
        assertThat(sum).isCloseTo(1, within(1e-5f));
      }
    }
  }

  @Test
  void sizesThatNoJoinHasAreRefused() {
    assertThatThrownBy(() -> new AttentiveSizes(3, 4))
        .isInstanceOf(InputException.class)
        .hasMessage("join: layers: found 3, allowed is 1 or 2");
    assertThatThrownBy(() -> new AttentiveSizes(1, -1))
        .isInstanceOf(InputException.class)
        .hasMessage("join: vectors: found -1, allowed is 0 (all states) to 1024");
  }

  private static DualEncoder model(int width, int vectors, int pictures, long seed) {
    return model(sizes(width, vectors, pictures), seed);
  }

  private static DualEncoder model(Architecture sizes, long seed) {
    Head head = new Head.Classifier("classifier", sizes.modalities() - 1, 3);
    return DualEncoder.initialised(sizes, head, seed, Initialisation.FAN_IN, Device.CPU);
  }

  private static Architecture sizes(int width, int vectors, int pictures) {
    return new Architecture(width, HEADS, 2, 2, PATCH, SIDE, 8, WORDS, 1 + pictures, 0, 0)
        .withJoin(Optional.of(new AttentiveSizes(2, vectors)));
  }

  private static PixelBatch pictures(int count, long seed) {
    int[] sides = IntStream.range(0, count).map(i -> SIDE).toArray();
    return new PixelBatch(noise(seed, count, 3, SIDE, SIDE), sides, sides);
  }

  private static TokenBatch texts(int count, long seed) {
    Draws draws = Draws.of(seed, "words");
    int[][] ids =
        IntStream.range(0, count)
            .mapToObj(i -> IntStream.range(0, TOKENS).map(j -> draws.nextInt(WORDS)).toArray())
            .toArray(int[][]::new);
    return TokenBatch.of(ids, TOKENS, Device.CPU);
  }

  private static Tensor noise(long seed, long... shape) {
    return Gaussian.of(Draws.of(seed, "noise"), shape);
  }
}

package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.model.AttentiveSizes;
import org.dide.model.DualEncoder;
import org.dide.model.Weights;
import org.dide.random.Draws;
import org.dide.task.Answer;
import org.dide.tensor.Engine;
import org.dide.tensor.HalfMatrix;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers through weights in fp16. */
class RoundedWeightsTest {
  private static final int ALL = 100; // more than the answers there are
  private static final List<String> QUESTIONS =
      List.of("what colour is the circle?", "big reds", "is the shape red? is the shape big?", "");

  /**
   * Rounding moves a weight by at most 2^-11 of its size; in models of two blocks and weights
   * around 0.1, probabilities were seen to move by up to 2e-4.
   */
  private static final double CLOSE = 2e-3;

  @BeforeAll
  static void oneThreadForEachRequest() {
    assumeThat(HalfMatrix.isSupported()).isTrue();
    Engine.configure(1);
  }

  @AfterAll
  static void back() {
    Engine.configure(Engine.processors());
  }

  @Test
  void answersAreCloseToTheExactOnesAndOthers() {
    int moved = 0;
    for (long seed = 0; seed < 10; seed++) {
      for (TrainedModel each :
          List.of(TinyModels.dual(seed), TinyModels.dualOfPairs(seed), attentive(seed))) {
        try (TrainedModel trained = each;
            DualAnswerer half = DualAnswerer.of(trained, Weights.FP16)) {
          List<RgbImage> pictures = pictures(trained);
          for (String question : QUESTIONS) {
            double[] exact = byText(Answerer.of(trained).ask(pictures, question, ALL));
            double[] rounded = byText(half.ask(pictures, question, ALL));
            assertThat(rounded).containsExactly(exact, within(CLOSE));
            moved += Arrays.equals(rounded, exact) ? 0 : 1;
          }
        }
      }
    }
    assertThat(moved).isGreaterThan(100);
  }

  /** It is the weights that are rounded, and nothing else but the order of sums. */
  @Test
  void aModelOfRoundedWeightsAnswersTheSame() {
    for (long seed = 0; seed < 5; seed++) {
      for (TrainedModel each :
          List.of(TinyModels.dual(seed), TinyModels.dualOfPairs(seed), attentive(seed))) {
        try (TrainedModel trained = each;
            DualAnswerer half = DualAnswerer.of(trained, Weights.FP16)) {
          List<float[]> stored = stored(half, trained);
          double[] answered = byText(half.answer(text(half, QUESTIONS.get(0)), stored, ALL));
          round(trained);
          DualAnswerer exact = DualAnswerer.of(trained);
          double[] rounded = byText(exact.answer(text(exact, QUESTIONS.get(0)), stored, ALL));
          assertThat(answered).containsExactly(rounded, within(2e-6));
        }
      }
    }
  }

  @Test
  void picturesAreTheSameToTheLastBit() {
    for (TrainedModel each : List.of(TinyModels.dual(1), TinyModels.dualOfPairs(1))) {
      try (TrainedModel trained = each;
          DualAnswerer half = DualAnswerer.of(trained, Weights.FP16)) {
        Vectors exact = Towers.of(trained).encode(TinyModels.picture(1));
        Vectors stored = half.towers().encode(TinyModels.picture(1));
        assertThat(stored.shares()).usingRecursiveComparison().isEqualTo(exact.shares());
        assertThat(stored.pooled()).usingRecursiveComparison().isEqualTo(exact.pooled());
        assertThat(text(half, QUESTIONS.get(0)))
            .isNotEqualTo(text(DualAnswerer.of(trained), QUESTIONS.get(0)));
      }
    }
  }

  @Test
  void companyDoesNotMatter() throws Exception {
    for (TrainedModel trained : List.of(TinyModels.dual(3), attentive(3))) {
      companyDoesNotMatter(trained);
    }
  }

  private static void companyDoesNotMatter(TrainedModel model) throws Exception {
    try (TrainedModel trained = model;
        DualAnswerer half = DualAnswerer.of(trained, Weights.FP16);
        Gallery gallery = noise(half.towers(), 600)) {
      float[] asked = text(half, QUESTIONS.get(0));
      List<List<Answer>> together = new ArrayList<>();
      half.answer(asked, gallery, ALL, 2, (picture, answers) -> together.add(answers));
      for (int row = 0; row < 600; row += 7) {
        assertThat(together.get(row)).isEqualTo(half.answer(asked, gallery.shares(row), ALL));
      }
      RgbImage picture = TinyModels.picture(1);
      List<Answer> alone = half.ask(picture, QUESTIONS.get(0), ALL);
      assertThat(alone)
          .isEqualTo(half.answer(asked, half.towers().encode(picture).shares(), ALL))
          .isEqualTo(again(trained, picture));
      assertThat(sideBySide(half, picture)).hasSize(40).containsOnly(alone);
      Engine.configure(2);
      assertThat(half.ask(picture, QUESTIONS.get(0), ALL)).isEqualTo(alone);
      Engine.configure(1);
    }
  }

  @Test
  void aPairIsJudgedAsOneOfAllPairs() throws Exception {
    try (TrainedModel trained = TinyModels.dualOfPairs(2);
        DualAnswerer half = DualAnswerer.of(trained, Weights.FP16);
        Gallery gallery = noise(half.towers(), 30)) {
      float[] asked = text(half, QUESTIONS.get(0));
      int[] judged = {0};
      half.answerPairs(
          asked,
          gallery,
          2,
          2,
          (left, right, answers) -> {
            judged[0]++;
            List<float[]> pair = List.of(gallery.shares(left).get(0), gallery.shares(right).get(1));
            assertThat(answers).isEqualTo(half.answer(asked, pair, 2));
          });
      assertThat(judged[0]).isEqualTo(30 * 29);
    }
  }

  @Test
  void textsAreComparedThroughThemToo() {
    try (TrainedModel trained = TinyModels.dual(TaskName.RETRIEVAL, 1);
        Searcher half = Searcher.of(trained, Weights.FP16)) {
      float[] exact = Towers.of(trained).encode(QUESTIONS.get(0)).shares().get(0);
      float[] rounded = half.towers().encode(QUESTIONS.get(0)).shares().get(0);
      assertThat(rounded).isNotEqualTo(exact).containsExactly(exact, within(2e-3f));
    }
  }

  @Test
  void refusesWeightsBeyondFloat16ByName() {
    for (String name :
        List.of("text_encoder.transformer.blocks.1.mlp.fc2.weight", "vqa_classifier.3.weight")) {
      try (TrainedModel trained = TinyModels.dual(1)) {
        assign(trained, name, 70000);
        long objects = Pointer.totalCount();
        assertThatThrownBy(() -> Answerer.of(trained, Weights.FP16))
            .isInstanceOf(InputException.class)
            .hasMessage(
                name + ": found a weight of size 70000.0, allowed in fp16 are at most 65504");
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(objects);
        assertThat(Answerer.of(trained).ask(TinyModels.picture(1), "big", 1)).hasSize(1);
      }
    }
    try (TrainedModel trained = TinyModels.dual(1)) {
      assign(trained, "image_encoder.transformer.blocks.1.mlp.fc2.weight", 70000);
      DualAnswerer.of(trained, Weights.FP16).close();
    }
  }

  @Test
  void refusesModelsThatHaveNoTextTower() {
    try (TrainedModel fusion = TinyModels.fusion(1)) {
      assertThatThrownBy(() -> Answerer.of(fusion, Weights.FP16))
          .isInstanceOf(InputException.class)
          .hasMessage("weights fp16: found a fusion model, allowed for it is fp32");
    }
  }

  @Test
  void givesItsMemoryBack() {
    RgbImage picture = TinyModels.picture(3);
    try (TrainedModel trained = TinyModels.dual(1)) {
      List<Answer> exact = Answerer.of(trained).ask(picture, QUESTIONS.get(0), ALL);
      long before = 0;
      for (int round = 0; round < 20; round++) {
        again(trained, picture);
        if (round == 1) {
          before = Pointer.totalCount();
        }
      }
      // Less, where the collector has meanwhile freed what others left to it.
      assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
      assertThat(Answerer.of(trained).ask(picture, QUESTIONS.get(0), ALL)).isEqualTo(exact);
    }
  }

  /** Whose join looks at four vectors of each picture. */
  private static TrainedModel attentive(long seed) {
    return TinyModels.dual(
        TinyModels.ARCHITECTURE.withJoin(Optional.of(new AttentiveSizes(1, 4))), seed);
  }

  private static List<Answer> again(TrainedModel trained, RgbImage picture) {
    try (Answerer half = Answerer.of(trained, Weights.FP16)) {
      return half.ask(picture, QUESTIONS.get(0), ALL);
    }
  }

  private static List<List<Answer>> sideBySide(DualAnswerer answerer, RgbImage picture)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<Answer>>> running = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        running.add(threads.submit(() -> answerer.ask(picture, QUESTIONS.get(0), ALL)));
      }
      List<List<Answer>> answers = new ArrayList<>();
      for (Future<List<Answer>> one : running) {
        answers.add(one.get());
      }
      return answers;
    } finally {
      threads.shutdown();
    }
  }

  private static List<RgbImage> pictures(TrainedModel trained) {
    return trained.task().head().pictures() == 1
        ? List.of(TinyModels.picture(1))
        : List.of(TinyModels.picture(1), TinyModels.picture(2));
  }

  private static List<float[]> stored(DualAnswerer answerer, TrainedModel trained) {
    List<float[]> shares = new ArrayList<>();
    for (RgbImage picture : pictures(trained)) {
      shares.add(answerer.towers().encode(picture).shares().get(shares.size()));
    }
    return shares;
  }

  private static float[] text(DualAnswerer answerer, String question) {
    return answerer.towers().encode(question).shares().get(0);
  }

  /** Rounds the matrices that a question goes through, for good. */
  private static void round(TrainedModel trained) {
    trained
        .model()
        .parameters()
        .tensors()
        .forEach(
            (name, tensor) -> {
              boolean question =
                  !name.startsWith(DualEncoder.IMAGE_TOWER) && !name.contains("embeddings");
              if (question && tensor.dim() == 2) {
                try (Scope scope = Scope.open()) {
                  Tensor half = tensor.detach().to(ScalarType.Half).to(ScalarType.Float);
                  trained.model().parameters().assign(name, half);
                }
              }
            });
  }

  private static void assign(TrainedModel trained, String name, float first) {
    try (Scope scope = Scope.open()) {
      Tensor tensor = Objects.requireNonNull(trained.model().parameters().tensors().get(name));
      float[] values = Tensors.floats(tensor);
      values[0] = first;
      trained.model().parameters().assign(name, Tensors.of(values, Tensors.shape(tensor)));
    }
  }

  private static Gallery noise(Towers towers, int count) {
    Draws draws = Draws.of(1, "vectors");
    try (GalleryBuilder rows = new GalleryBuilder(count, towers.places(), towers.shareSize())) {
      for (int row = 0; row < count; row++) {
        List<float[]> shares = new ArrayList<>();
        for (int place = 0; place < towers.places(); place++) {
          float[] share = new float[towers.shareSize()];
          for (int i = 0; i < share.length; i++) {
            share[i] = (float) draws.nextGaussian();
          }
          shares.add(share);
        }
        rows.add(new StoredItem.Picture("picture " + row, "0".repeat(64), 1, 1), shares);
      }
      return rows.gallery("a model");
    }
  }

  /** Probabilities in the order of the answers' texts. */
  private static double[] byText(List<Answer> answers) {
    return answers.stream()
        .sorted(Comparator.comparing(Answer::text))
        .mapToDouble(Answer::probability)
        .toArray();
  }
}

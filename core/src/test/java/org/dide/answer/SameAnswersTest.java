package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.dide.data.Picture;
import org.dide.evaluate.Evaluator;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.image.Augmentation;
import org.dide.image.Preprocessor;
import org.dide.image.RgbImage;
import org.dide.model.Architecture;
import org.dide.random.Draws;
import org.dide.task.Answer;
import org.dide.task.ExamplePreparer;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Precision;
import org.dide.tensor.Tensors;

/**
 * An answer is the same from pixels and from a stored vector, alone and in company: to the last
 * bit, for models of several sizes with random parameters and pictures of several sizes.
 */
class SameAnswersTest {
  private static final String CHECKSUM = "0".repeat(64);
  private static final int ALL = 100; // more than the answers there are
  private static final List<String> QUESTIONS =
      List.of("what colour is the circle?", "big reds", "is the shape red? is the shape big?", "");

  @BeforeContainer
  static void oneThreadForEachRequest() {
    Engine.configure(1);
  }

  @AfterContainer
  static void back() {
    Engine.configure(Engine.processors());
  }

  /** Widths that fill the engine's vectors and its matrix tiles, and widths that do not. */
  @Provide
  Arbitrary<Architecture> sizes() {
    return Arbitraries.of(
        new Architecture(32, 4, 2, 2, 16, 64, 12, 14, 2, 0.1, 0),
        new Architecture(40, 4, 2, 3, 8, 48, 12, 14, 2, 0, 0),
        new Architecture(36, 6, 3, 4, 16, 48, 9, 14, 2, 0, 0),
        new Architecture(130, 5, 1, 2, 16, 64, 12, 14, 2, 0, 7),
        Architecture.preset("tiny").withVocabularySize(14));
  }

  @Provide
  Arbitrary<String> questions() {
    return Arbitraries.of(QUESTIONS);
  }

  @Property(tries = 25)
  void storedAndDirectAreOne(
      @ForAll("sizes") Architecture size, @ForAll("questions") String question, @ForAll long seed) {
    try (TrainedModel trained = TinyModels.dual(size, seed)) {
      DualAnswerer answerer = DualAnswerer.of(trained);
      List<Answer> direct = Answerer.of(trained).ask(TinyModels.picture(seed), question, ALL);

      float[] stored = answerer.encode(TinyModels.picture(seed));
      List<Answer> later = answerer.answer(answerer.encode(question), stored, ALL);

      assertThat(later).isEqualTo(direct).hasSize(trained.task().answers().size());
    }
  }

  @Property(tries = 25)
  void allAtOnceAndOneByOneAreOne(
      @ForAll("sizes") Architecture size,
      @ForAll("questions") String question,
      @ForAll @IntRange(min = 1, max = 90) int count,
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll long seed)
      throws InterruptedException {
    try (TrainedModel trained = TinyModels.dual(size, seed);
        Features features = noise(trained, count, seed)) {
      DualAnswerer answerer = DualAnswerer.of(trained);
      float[] asked = answerer.encode(question);
      List<List<Answer>> alone =
          IntStream.range(0, count)
              .mapToObj(row -> answerer.answer(asked, features.vector(row), ALL))
              .toList();

      assertThat(askAll(answerer, asked, features, threads)).isEqualTo(alone);
    }
  }

  @Property(tries = 25)
  void theOrderOfStoredPicturesDoesNotMatter(
      @ForAll("sizes") Architecture size,
      @ForAll @IntRange(min = 2, max = 300) int count,
      @ForAll long seed)
      throws InterruptedException {
    try (TrainedModel trained = TinyModels.dual(size, seed);
        Features features = noise(trained, count, seed);
        Features shuffled = shuffled(features, seed)) {
      DualAnswerer answerer = DualAnswerer.of(trained);
      float[] asked = answerer.encode(QUESTIONS.get(0));

      assertThat(byId(answerer, asked, shuffled)).isEqualTo(byId(answerer, asked, features));
    }
  }

  @Property(tries = 10)
  void companyDoesNotMatter(@ForAll("sizes") Architecture size, @ForAll long seed)
      throws Exception {
    List<RgbImage> pictures =
        LongStream.range(0, 12).mapToObj(i -> TinyModels.picture(seed + i)).toList();
    try (TrainedModel dual = TinyModels.dual(size, seed);
        TrainedModel fusion = TinyModels.fusion(size, seed)) {
      for (TrainedModel trained : List.of(dual, fusion)) {
        Answerer answerer = Answerer.of(trained);
        List<Callable<List<Answer>>> requests = new ArrayList<>();
        for (RgbImage picture : pictures) {
          for (String question : QUESTIONS) {
            requests.add(() -> answerer.ask(picture, question, ALL));
          }
        }
        List<List<Answer>> alone = new ArrayList<>();
        for (Callable<List<Answer>> request : requests) {
          alone.add(request.call());
        }

        assertThat(new HashSet<>(alone)).as("answers do differ").hasSizeGreaterThan(40);
        assertThat(sideBySide(requests)).isEqualTo(alone);
      }
    }
  }

  // Not promised by the engine, but measured here.
  @Property(tries = 10)
  void theNumberOfEngineThreadsDoesNotMatter(
      @ForAll("sizes") Architecture size,
      @ForAll @IntRange(min = 2, max = 4) int threads,
      @ForAll long seed) {
    try (TrainedModel dual = TinyModels.dual(size, seed);
        TrainedModel fusion = TinyModels.fusion(size, seed)) {
      for (TrainedModel trained : List.of(dual, fusion)) {
        Answerer answerer = Answerer.of(trained);
        List<Answer> one = answerer.ask(TinyModels.picture(seed), QUESTIONS.get(0), ALL);
        Engine.configure(threads);
        List<Answer> several = answerer.ask(TinyModels.picture(seed), QUESTIONS.get(0), ALL);
        Engine.configure(1);

        assertThat(several).isEqualTo(one);
      }
    }
  }

  /**
   * The evaluator pads pictures and questions to the largest of a batch. Padding can never change a
   * result but by rounding: to the last bit is impossible here.
   */
  @Property(tries = 10)
  void theEvaluatorsBatchesAgreeToWithinAMillionth(
      @ForAll("sizes") Architecture size,
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll long seed) {
    try (TrainedModel dual = TinyModels.dual(size, seed);
        TrainedModel fusion = TinyModels.fusion(size, seed)) {
      for (TrainedModel trained : List.of(dual, fusion)) {
        List<Example> examples = examples(seed);
        List<double[]> evaluated = evaluated(trained, examples, batch);
        Answerer answerer = Answerer.of(trained);
        for (int i = 0; i < examples.size(); i++) {
          RgbImage picture = examples.get(i).pictures().get(0).load();
          double[] alone = byText(answerer.ask(picture, examples.get(i).text(), ALL));
          assertThat(evaluated.get(i)).containsExactly(alone, within(1e-6));
        }
      }
    }
  }

  private static List<List<Answer>> askAll(
      DualAnswerer answerer, float[] asked, Features features, int threads)
      throws InterruptedException {
    List<List<Answer>> together = new ArrayList<>();
    answerer.answer(asked, features, ALL, threads, (picture, answers) -> together.add(answers));
    return together;
  }

  private static Map<String, List<Answer>> byId(
      DualAnswerer answerer, float[] asked, Features features) throws InterruptedException {
    Map<String, List<Answer>> byId = new TreeMap<>();
    answerer.answer(asked, features, ALL, 1, (picture, answers) -> byId.put(picture.id(), answers));
    assertThat(byId).hasSize(features.size());
    return byId;
  }

  /** Vectors such as towers give: within ±1. */
  private static Features noise(TrainedModel trained, int count, long seed) {
    int width = trained.model().architecture().width();
    Draws draws = Draws.of(seed, "vectors");
    try (FeatureRows rows = new FeatureRows(count, width)) {
      for (int row = 0; row < count; row++) {
        float[] vector = new float[width];
        for (int i = 0; i < width; i++) {
          vector[i] = (float) Math.tanh(draws.nextGaussian());
        }
        rows.add(new StoredPicture("picture " + row, CHECKSUM, 1, 1), vector);
      }
      return rows.features(trained.fingerprint());
    }
  }

  private static Features shuffled(Features features, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, features.size()).boxed().toList());
    Collections.shuffle(order, new java.util.Random(seed));
    try (FeatureRows rows = new FeatureRows(features.size(), features.width())) {
      order.forEach(row -> rows.add(features.pictures().get(row), features.vector(row)));
      return rows.features(features.model());
    }
  }

  private static List<List<Answer>> sideBySide(List<Callable<List<Answer>>> requests)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<List<Answer>> answers = new ArrayList<>();
      for (Future<List<Answer>> answer : threads.invokeAll(requests)) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      threads.shutdown();
    }
  }

  private record Noise(long seed) implements Picture {
    @Override
    public String name() {
      return "noise " + seed;
    }

    @Override
    public RgbImage load() {
      return TinyModels.picture(seed);
    }
  }

  private static List<Example> examples(long seed) {
    return IntStream.range(0, 9)
        .mapToObj(
            i ->
                new Example(
                    Integer.toString(i),
                    List.of(new Noise(seed + i)),
                    QUESTIONS.get(i % QUESTIONS.size()),
                    new Label.Unknown(),
                    ""))
        .toList();
  }

  /** Probabilities of each example's answers. */
  private static List<double[]> evaluated(TrainedModel trained, List<Example> examples, int batch) {
    Architecture size = trained.model().architecture();
    ExamplePreparer preparer =
        new ExamplePreparer(
            trained.tokenizer(),
            size.maxTextLength(),
            new Preprocessor(trained.preprocessing(), size.patchSize()),
            Augmentation.NONE,
            0);
    List<double[]> all = new ArrayList<>();
    new Evaluator(trained.task(), preparer, batch, Device.CPU, Precision.FP32)
        .evaluate(
            trained.model(),
            new ExampleList("noise", examples),
            0,
            (seen, logits) -> {
              for (int row = 0; row < seen.examples().size(); row++) {
                float[] one = Tensors.floats(logits.select(0, row));
                all.add(byText(trained.task().answers(one, ALL)));
              }
            });
    return all;
  }

  /** Probabilities in the order of the answers' texts. */
  private static double[] byText(List<Answer> answers) {
    return answers.stream()
        .sorted(Comparator.comparing(Answer::text))
        .mapToDouble(Answer::probability)
        .toArray();
  }
}

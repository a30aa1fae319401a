package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.dide.data.Picture;
import org.dide.evaluate.Evaluation;
import org.dide.evaluate.Evaluator;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.image.RgbImage;
import org.dide.model.Head;
import org.dide.task.ExamplePreparer;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Precision;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A teacher and students pre-trained on captions of pictures in eight colours, and handed over. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PretrainingTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void trainATeacher() throws Exception {
    Engine.configure(1);
    ColouredPictures.write(folder);
    Trainings.train(
        recipe("steps=300", "pretraining.alignment=0.1"),
        folder.resolve("teacher"),
        Integer.MAX_VALUE);
  }

  @Test
  @Order(1)
  void aTeacherLearnsToMatchAndToFindWords() throws Exception {
    Map<String, Double> found = test("teacher").metrics();
    assertThat(found.getOrDefault("matching", 0.0)).isGreaterThan(0.7);
    assertThat(found.getOrDefault("words", 0.0))
        .isGreaterThan(found.getOrDefault("chance/words", 1.0) + 0.05);
    assertThat(Files.readString(folder.resolve("teacher/metrics.jsonl")))
        .contains("loss/matching", "loss/words", "loss/alignment")
        .doesNotContain("loss/contrast");
  }

  @Test
  @Order(2)
  void aStudentLearnsFromItsTeacher() throws Exception {
    train("distilled", student("losses={hard: 1, soft: 1, text-to-image: 1, image-to-text: 1}"));
    Map<String, Double> found = test("distilled").metrics();
    assertThat(found.getOrDefault("recall/t2i@1", 0.0))
        .isGreaterThan(4 * found.getOrDefault("chance/recall/t2i@1", 1.0));
    assertThat(found.getOrDefault("matching", 0.0)).isGreaterThan(0.7);
    assertThat(Files.readString(folder.resolve("distilled/metrics.jsonl")))
        .contains("contrast", "soft-matching", "soft-words", "t2i", "i2t")
        .doesNotContain("loss/alignment");
    try (TrainedModel best = ModelFolder.load(folder.resolve("distilled/best"), Device.CPU)) {
      assertThat(best.model().head()).isEqualTo(new Head.Matcher(true));
    }
  }

  @Test
  @Order(3)
  void eachPictureOfABatchIsPreparedOnce() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    Evaluation two = judged(captions(2, loads));
    assertThat(two.metrics()).containsKeys("matching", "words", "recall/t2i@1");
    assertThat(loads).hasValue(6); // to be ranked, beside its own captions, beside the other's
    Evaluation one = judged(captions(1, loads));
    assertThat(one.metrics()).containsKey("recall/t2i@1").doesNotContainKey("matching");
  }

  private static Evaluation judged(List<Example> examples) {
    try (TrainedModel best = ModelFolder.load(folder.resolve("teacher/best"), Device.CPU)) {
      ExamplePreparer preparer =
          ExamplePreparer.unchanged(
              best.vocabulary(), best.preprocessing(), best.model().architecture());
      return new Evaluator(best.task(), preparer, 64, Device.CPU, Precision.FP32)
          .evaluate(
              best.model(), new ExampleList("captions", examples), 0, Evaluator.Observer.NONE);
    }
  }

  /** Four captions of each of so many pictures. */
  private static List<Example> captions(int pictures, AtomicInteger loads) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 4 * pictures; i++) {
      Picture picture = new Counted("test-%s.png".formatted(i / 4 == 0 ? "red" : "blue"), loads);
      examples.add(new Example("c" + i, List.of(picture), "it is red", new Label.Described(), ""));
    }
    return examples;
  }

  private record Counted(String name, AtomicInteger loads) implements Picture {
    @Override
    public RgbImage load() {
      loads.incrementAndGet();
      return new ImageDecoder(DecodeOptions.defaults()).decode(folder.resolve(name));
    }
  }

  /** Each part by itself, with a teacher and without; the others are neither asked nor reported. */
  @Test
  @Order(4)
  void everyPartCanBeOff() throws Exception {
    for (String part : List.of("contrast", "matching", "words")) {
      for (String losses :
          List.of("losses={hard: 1}", "losses={hard: 1, soft: 1, image-to-text: 1}")) {
        Path run = folder.resolve(part + losses.length());
        train(
            run.getFileName().toString(),
            student(
                "pretraining={contrast: 0, matching: 0, words: 0}",
                "pretraining.%s=1".formatted(part),
                losses,
                "steps=2"));
        String log = Files.readString(run.resolve("metrics.jsonl"));
        for (String other : List.of("contrast", "matching", "words")) {
          assertThat(log.contains("loss/" + other)).as(other).isEqualTo(other.equals(part));
        }
        boolean scored = losses.contains("soft") && !part.equals("contrast");
        assertThat(log.contains("loss/soft-" + part)).isEqualTo(scored);
        assertThat(log.contains("loss/i2t")).isEqualTo(losses.contains("soft"));
      }
    }
  }

  @Test
  @Order(5)
  void aRunThatWasInterruptedEndsAsOneThatWasNot() throws Exception {
    List<String> brief =
        List.of(
            "steps=8",
            "model.overrides.dropout=0.1",
            "batch={size: 16, micro: 8}",
            "evaluation={every-steps: 4, checkpoint-steps: 3}");
    List<String> teacher = new ArrayList<>(brief);
    teacher.add("pretraining={alignment: 1, whole-words: true}");
    assertResumes("fusion", teacher);
    List<String> distilled = student("losses={hard: 1, soft: 1, text-to-image: 1}");
    distilled.addAll(brief);
    assertResumes("dual", distilled);
  }

  private static void assertResumes(String name, List<String> settings) throws Exception {
    Trainings.assertResumes(recipe(settings.toArray(String[]::new)), folder, name);
  }

  /** Towers and join are taken over; a question can use every word of the vocabulary. */
  @Test
  @Order(6)
  void fineTuningStartsFromWhatWasPretrained() throws Exception {
    List<String> asked =
        Stream.of("train", "dev", "test")
            .map(
                split ->
                    """
                    {"id": "%s", "image": "%s-red.png", "question": "is it red?", "answer": "yes", "split": "%s"}\
                    """
                        .formatted(split, split, split))
            .toList();
    Files.write(folder.resolve("asked.jsonl"), asked);
    Recipe recipe =
        recipe(
            "task=vqa",
            "model.kind=dual",
            "start='" + folder.resolve("distilled/best") + "'",
            "data={format: jsonl, path: '" + folder.resolve("asked.jsonl") + "'}",
            "steps=1",
            "batch={size: 1, micro: 1}",
            "optimizer.rate=0");
    Map<String, float[]> tuned = Trainings.train(recipe, folder.resolve("tuned"), 9);
    try (TrainedModel before = ModelFolder.load(folder.resolve("distilled/best"), Device.CPU);
        TrainedModel after = ModelFolder.load(folder.resolve("tuned/best"), Device.CPU)) {
      assertThat(after.vocabulary().tokens()).isEqualTo(before.vocabulary().tokens());
      before
          .model()
          .parameters()
          .tensors()
          .forEach(
              (name, tensor) -> {
                boolean tower = name.contains("_encoder.") || name.startsWith("fusion.");
                assertThat(tuned.containsKey(name)).as(name).isEqualTo(tower);
                if (tower) {
                  assertThat(tuned.get(name))
                      .as(name)
                      .isEqualTo(org.dide.tensor.Tensors.floats(tensor));
                }
              });
    }
  }

  @Test
  @Order(7)
  void refusesWhatAModelDoesNotHave() {
    assertThatThrownBy(() -> recipe("model.kind=dual", "pretraining.alignment=1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "pretraining: alignment: found 1.0, allowed is 0 for a dual model, whose words never meet patches");
    assertThatThrownBy(() -> recipe("pretraining={matching: 0, words: 0}"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "pretraining: contrast: found 1.0, allowed is another weight above 0");
    assertThatThrownBy(() -> recipe("pretraining={contrast: 0, matching: 0, words: 0}"))
        .hasMessageContaining("pretraining: all weights are 0, allowed is at least one above 0");
    assertThatThrownBy(() -> recipe("pretraining.hidden-share=0"))
        .hasMessageContaining(
            "pretraining: hidden-share: found 0.0, allowed is above 0 and at most 1");
    assertThatThrownBy(() -> recipe("pretraining.words=-1"))
        .hasMessageContaining("pretraining: words: found -1.0, allowed is 0 or more");
  }

  private static Map<String, float[]> train(String run, List<String> settings) throws Exception {
    return Trainings.train(
        recipe(settings.toArray(String[]::new)), folder.resolve(run), Integer.MAX_VALUE);
  }

  private static Evaluation test(String run) throws Exception {
    Recipe recipe = Recipes.read(folder.resolve(run + "/recipe.yaml").toString(), List.of());
    try (RunFolder open = RunFolder.open(folder.resolve(run));
        TrainingRun training = TrainingRun.prepare(recipe)) {
      return training.test(open);
    }
  }

  private static List<String> student(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.kind=dual",
                "start=teacher",
                "teacher='" + folder.resolve("teacher/best") + "'",
                "steps=200"));
    settings.addAll(List.of(more));
    return settings;
  }

  private static Recipe recipe(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.overrides={width: 32, heads: 2, depth: 2, image-size: 32, patch-size: 16,"
                    + " max-text-length: 10}",
                "data={format: jsonl, path: '" + folder.resolve("own.jsonl") + "'}",
                "pictures={shorter-side: 32, shift: 0, flip: false}",
                "optimizer.rate=2.0e-3",
                "schedule.warmup=10",
                "batch={size: 16, micro: 16}",
                "evaluation={every-steps: 100, limit: 0, pairs: 0, checkpoint-steps: 100}"));
    settings.addAll(List.of(more));
    return Recipes.read("flickr8k-pretrain-teacher", settings);
  }
}

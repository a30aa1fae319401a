package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dide.data.Split;
import org.dide.data.source.DataSettings;
import org.dide.evaluate.Evaluation;
import org.dide.evaluate.Evaluator;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.model.Head;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Precision;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Teachers and students of captions, from pictures in eight colours to recalls. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RetrievalTrainingTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void trainATeacher() throws Exception {
    Engine.configure(1);
    ColouredPictures.write(folder);
    Trainings.train(recipe("steps=200"), folder.resolve("teacher"), Integer.MAX_VALUE);
  }

  @Test
  @Order(1)
  void aTeacherLearnsWhatMatches() throws Exception {
    assertThat(recall(test("teacher"))).isGreaterThan(0.6); // chance: 1 in 8
  }

  @Test
  @Order(2)
  void aStudentLearnsFromContrasts() throws Exception {
    Trainings.train(
        recipe(student("losses={hard: 1}")), folder.resolve("student"), Integer.MAX_VALUE);
    assertThat(recall(test("student"))).isGreaterThan(0.6);
    try (TrainedModel best = ModelFolder.load(folder.resolve("student/best"), Device.CPU)) {
      assertThat(best.model().head()).isEqualTo(new Head.Matcher());
      assertSameInAnyBatch(best, folder.resolve("student"));
    }
  }

  @Test
  @Order(3)
  void aStudentLearnsFromTheTeachersScoresAlone() throws Exception {
    Path run = folder.resolve("distilled");
    Trainings.train(
        recipe(
            student(
                "losses={hard: 0, soft: 1, text-to-image: 1, image-to-text: 1}",
                "retrieval.others=0")),
        run,
        Integer.MAX_VALUE);
    assertThat(recall(test("distilled"))).isGreaterThan(0.6);
    assertThat(Files.readString(run.resolve("metrics.jsonl")))
        .contains("loss/soft", "loss/t2i", "recall/i2t@5", "chance/rsum");
  }

  @Test
  @Order(4)
  void aRunThatWasInterruptedEndsAsOneThatWasNot() throws Exception {
    List<String> brief =
        List.of(
            "steps=8",
            "model.overrides.dropout=0.1",
            "pictures.shift=3",
            "evaluation={every-steps: 4, checkpoint-steps: 3}");
    assertResumes("fusion", new ArrayList<>(brief));
    List<String> distilled =
        student("losses={hard: 1, soft: 1, text-to-image: 1}", "retrieval.others=2");
    distilled.addAll(brief);
    assertResumes("dual", distilled);
  }

  private static void assertResumes(String name, List<String> settings) throws Exception {
    Trainings.assertResumes(recipe(settings.toArray(String[]::new)), folder, name);
  }

  /** One by one, a few, or all at once; and as the training found it on dev. */
  private static void assertSameInAnyBatch(TrainedModel best, Path run) {
    Recipe recipe = Recipes.read(run.resolve("recipe.yaml").toString(), List.of());
    DataSettings data = recipe.data();
    for (int batch : List.of(1, 3, 100)) {
      try (EvaluationRun again =
          EvaluationRun.prepare(
              run.resolve("best"),
              task -> data,
              Split.DEV,
              new EvaluationRun.Settings(batch, 0, 0, "cpu", "fp32"))) {
        Evaluation found = again.evaluate(Evaluator.Observer.NONE);
        assertThat(found.count()).isEqualTo(32);
        found
            .metrics()
            .forEach(
                (name, value) ->
                    assertThat(best.provenance().results())
                        .as("%s in batches of %d", name, batch)
                        .containsEntry("dev/" + name, value));
      }
    }
  }

  @Test
  @Order(5)
  void aFusionEncoderIsRankedOverAsManyPairsAsAllowed() throws Exception {
    Recipe recipe = recipe("steps=1");
    try (TrainingRun run = TrainingRun.prepare(recipe)) {
      Training training = run.training();
      long[] last = new long[2];
      Evaluator.Observer observer =
          new Evaluator.Observer() {
            @Override
            public void see(org.dide.task.Batch batch, org.bytedeco.pytorch.Tensor logits) {}

            @Override
            public void progress(long done, long total, String unit) {
              assertThat(unit).isEqualTo("pairs");
              last[0] = done;
              last[1] = total;
            }
          };
      for (long[] limit : new long[][] {{0, 256}, {256, 256}, {255, 196}, {4, 4}, {3, 0}}) {
        last[1] = 0;
        Evaluation found =
            new Evaluator(
                    training.task(),
                    training.evaluationPreparer(),
                    7,
                    limit[0],
                    Device.CPU,
                    Precision.FP32)
                .evaluate(training.model(), training.data().test(), 0, observer);
        assertThat(last).containsExactly(limit[1] == 0 ? last[0] : limit[1], limit[1]);
        assertThat(found.count())
            .isEqualTo(limit[1] == 0 ? 0 : 4 * (long) Math.sqrt(limit[1] / 4.0));
      }
    }
  }

  private static double recall(Evaluation found) {
    double recall = found.metrics().getOrDefault("recall/t2i@1", 0.0);
    assertThat(found.metrics()).containsEntry("chance/recall/t2i@1", 0.125);
    assertThat(found.score()).isGreaterThan(0.8).isLessThanOrEqualTo(1);
    return recall;
  }

  private static Evaluation test(String run) throws Exception {
    Recipe recipe = Recipes.read(folder.resolve(run + "/recipe.yaml").toString(), List.of());
    try (RunFolder open = RunFolder.open(folder.resolve(run));
        TrainingRun training = TrainingRun.prepare(recipe)) {
      Evaluation found = training.test(open);
      try (TrainedModel best = ModelFolder.load(open.best(), Device.CPU)) {
        assertThat(best.provenance().results().getOrDefault("test/rsum", 0.0))
            .isCloseTo(600 * found.score(), within(1e-9));
      }
      return found;
    }
  }

  private static List<String> student(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.kind=dual",
                "start=teacher",
                "teacher='" + folder.resolve("teacher/best") + "'",
                "steps=150"));
    settings.addAll(List.of(more));
    return settings;
  }

  private static Recipe recipe(List<String> more) {
    return recipe(more.toArray(String[]::new));
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
                "evaluation={every-steps: 50, limit: 0, checkpoint-steps: 100}"));
    settings.addAll(List.of(more));
    return Recipes.read("flickr8k-teacher", settings);
  }
}

package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dide.evaluate.Evaluation;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains tiny models on generated scenes. */
class TrainerTest {
  private static final List<String> SMALL =
      List.of(
          "model.overrides={width: 32, heads: 2, depth: 2, image-size: 48, max-text-length: 20}",
          "data.scenes.training-size=64",
          "data.scenes.dev-size=40",
          "data.scenes.test-size=40",
          "steps=12",
          "schedule.warmup=2",
          "batch={size: 16, micro: 16}",
          "evaluation={every-steps: 5, checkpoint-steps: 4}");

  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    Engine.configure(1);
  }

  @Test
  void aRunThatWasInterruptedEndsAsOneThatWasNot() throws Exception {
    Recipe recipe = teacher(List.of("model.overrides.dropout=0.1", "pictures.shift=3"));
    Map<String, float[]> whole =
        Trainings.train(recipe, folder.resolve("whole"), Integer.MAX_VALUE);
    for (int stopAfter : List.of(1, 5, 8, 11)) {
      Path run = folder.resolve("stopped-" + stopAfter);
      Trainings.train(recipe, run, stopAfter);
      assertSame(Trainings.train(recipe, run, Integer.MAX_VALUE), whole);
    }
  }

  @Test
  void aRunThatLostItsLastStepsEndsAsOneThatDidNot() throws Exception {
    Recipe recipe = teacher(List.of());
    Map<String, float[]> whole =
        Trainings.train(recipe, folder.resolve("whole"), Integer.MAX_VALUE);
    Path run = folder.resolve("killed");
    Trainings.train(recipe, run, 11); // leaves checkpoints at 8 and 11
    try (var walk = Files.walk(run.resolve("checkpoints/step-00000011"))) {
      for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    assertSame(Trainings.train(recipe, run, Integer.MAX_VALUE), whole);
    assertThat(metrics(run)).isEqualTo(metrics(folder.resolve("whole")));
  }

  @Test
  void accumulationFollowsTheSameCurve() throws Exception {
    Map<String, float[]> at16 =
        Trainings.train(teacher(List.of()), folder.resolve("1x16"), Integer.MAX_VALUE);
    Map<String, float[]> at4 =
        Trainings.train(
            teacher(List.of("batch.micro=4")), folder.resolve("4x4"), Integer.MAX_VALUE);
    List<MetricsLog.Entry> first = MetricsLog.read(folder.resolve("1x16/metrics.jsonl"));
    List<MetricsLog.Entry> second = MetricsLog.read(folder.resolve("4x4/metrics.jsonl"));
    assertThat(rates(second)).isEqualTo(rates(first));
    at16.forEach(
        (name, values) -> {
          if (!name.endsWith("qkv.bias")) { // a third of it has no gradient but rounding
            assertThat(distance(values, at4.getOrDefault(name, new float[0])))
                .as(name)
                .isLessThan(1e-4);
          }
        });
  }

  @Test
  void aStudentLearnsFromItsTeacherAndTheBestIsKept() throws Exception {
    Trainings.train(teacher(List.of()), folder.resolve("teacher"), Integer.MAX_VALUE);
    List<String> settings = new ArrayList<>(SMALL);
    settings.addAll(
        List.of(
            "model.kind=dual",
            "start=teacher",
            "teacher='" + folder.resolve("teacher/best") + "'",
            "losses={hard: 0, soft: 1, text-to-image: 1, image-to-text: 1}"));
    Recipe recipe = Recipes.read("scenes-teacher", settings);
    Path run = folder.resolve("student");
    Trainings.train(recipe, run, Integer.MAX_VALUE);
    assertThat(metrics(run)).contains("loss/soft").contains("loss/t2i").contains("loss/i2t");
    try (RunFolder open = RunFolder.open(run);
        TrainingRun again = TrainingRun.prepare(recipe);
        TrainedModel best = ModelFolder.load(open.best(), Device.CPU)) {
      Evaluation dev =
          again
              .training()
              .evaluator()
              .evaluate(
                  best.model(),
                  again.training().data().dev(),
                  0,
                  org.dide.evaluate.Evaluator.Observer.NONE);
      assertThat(dev.score()).isCloseTo(bestDev(run), within(1e-12));
      assertThat(again.test(open).count()).isEqualTo(40);
    }
  }

  private static Recipe teacher(List<String> more) {
    List<String> settings = new ArrayList<>(SMALL);
    settings.addAll(more);
    return Recipes.read("scenes-teacher", settings);
  }

  private static void assertSame(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertThat(found.get(name)).as(name).isEqualTo(values));
  }

  private static String metrics(Path run) throws Exception {
    return Files.readString(run.resolve("metrics.jsonl"));
  }

  private static List<Double> rates(List<MetricsLog.Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.split().equals("train"))
        .map(entry -> entry.values().getOrDefault("rate", -1.0))
        .toList();
  }

  private static double bestDev(Path run) {
    return MetricsLog.read(run.resolve("metrics.jsonl")).stream()
        .filter(entry -> entry.split().equals("dev"))
        .mapToDouble(entry -> entry.values().getOrDefault("score", -1.0))
        .max()
        .orElseThrow();
  }

  private static double distance(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}

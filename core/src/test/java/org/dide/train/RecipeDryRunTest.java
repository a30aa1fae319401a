package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.data.source.DataFormat;
import org.dide.tensor.Engine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Carries out two steps of every recipe that the library brings, narrow, on small data. */
class RecipeDryRunTest {
  private static final String SCENES = "scenes";
  private static final String PART = "-(teacher|student|soft|distilled)$";

  @TempDir private static Path folder;

  static Stream<String> names() {
    return Recipes.names().stream();
  }

  /** What recipes are about, such as easy-vqa: those that have a teacher of their own. */
  private static Stream<String> subjects() {
    return names().filter(name -> name.endsWith("-teacher")).map(RecipeDryRunTest::subject);
  }

  @BeforeAll
  static void trainTeachers() throws Exception {
    Engine.configure(1);
    SmallData.writeEasyVqa(folder.resolve("easy-vqa"));
    SmallData.writeOwn(folder.resolve("own"));
    SmallData.writeCaptions(folder.resolve("captions"));
    SmallData.writeShards(folder.resolve("shards"));
    SmallData.writeVqaV2(folder.resolve("vqa"));
    SmallData.writeNlvr2(folder.resolve("nlvr2"));
    SmallData.writeSnliVe(folder.resolve("snli-ve"));
    SmallData.writeNlvr(folder.resolve("nlvr"));
    SmallData.writeVqaRad(folder.resolve("vqa-rad"));
    for (String subject : subjects().toList()) {
      run(Recipes.read(subject + "-teacher", settings(subject)), teacher(subject));
    }
  }

  @Test
  void everyTaskHasItsPublishedSettingsAndATinySibling() {
    for (String task : List.of("vqa", "nlvr2", "snli-ve", "retrieval", "pretrain")) {
      for (String part : List.of("teacher", "student", "distilled")) {
        Recipe published = Recipes.read("%s-%s".formatted(task, part), List.of());
        assertThat(published.model().architecture().imageSize()).isEqualTo(384);
        assertThat(published.optimizer().rate()).isEqualTo(1e-4);
        assertThat(published.schedule().warmup()).isEqualTo(0.1);
        Recipe tiny = Recipes.read("%s-tiny-%s".formatted(task, part), List.of());
        assertThat(tiny.task()).isEqualTo(published.task());
        assertThat(tiny.losses().attention()).isEqualTo(published.losses().attention());
        assertThat(tiny.compute().device()).isEqualTo("cpu");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void trainsTwoSteps(String name) throws Exception {
    List<String> settings = settings(subject(name));
    Recipe plain = Recipes.read(name, settings);
    if (!plain.teacher().isEmpty()) {
      Path teacher = teacher(subject(name)).resolve("best");
      settings.add("teacher='%s'".formatted(teacher));
    }
    if (name.equals("ablation-shallow")) {
      settings.add("losses.layers={0: 0, 1: 1}"); // the teacher is as shallow here
    }
    Path run = folder.resolve("run-" + name);
    List<Double> losses = run(Recipes.read(name, settings), run);
    assertThat(losses).hasSize(2).allSatisfy(loss -> assertThat(loss).isFinite().isPositive());
    assertThat(run.resolve("best/model.safetensors")).isRegularFile();
    assertThat(run.resolve("checkpoints/step-00000002/state.json")).isRegularFile();
  }

  @Test
  void trainsInBfloat16() throws Exception {
    List<String> settings = settings(SCENES);
    settings.add("compute.precision=bf16");
    List<Double> exact =
        run(Recipes.read("scenes-teacher", settings(SCENES)), folder.resolve("run-fp32"));
    List<Double> rounded =
        run(Recipes.read("scenes-teacher", settings), folder.resolve("run-bf16"));
    assertThat(rounded).isNotEqualTo(exact);
    assertThat(rounded.get(0) / exact.get(0)).isBetween(0.98, 1.02);
  }

  @Test
  void refusesTasksThereAreNot() {
    List<String> settings = settings(SCENES);
    settings.add("task=juggling");
    assertThatThrownBy(() -> Recipes.read("scenes-teacher", settings))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "task: found 'juggling', allowed is vqa, statement, reasoning, entailment");
  }

  @Test
  void refusesStudentsThatCannotBeComparedToTheirTeacher() {
    assertStudentRefused(
        "losses.layers={0: 2}",
        "losses: layers: found 0: 2, allowed are the student's 0 to 1 and the teacher's 0 to 1");
    assertStudentRefused(
        "model.overrides.patch-size=8", "model: patch-size: found 8, allowed is the teacher's 16");
    assertStudentRefused("model.overrides.max-patches=5", "model: max-patches: found 5, allowed");
    assertStudentRefused(
        "model.overrides.max-text-length=30",
        "model: max-text-length: found 30, allowed are the teacher's 20 and less");
    assertStudentRefused("task=reasoning", "task: found reasoning, allowed is the teacher's vqa");
  }

  @Test
  void refusesStudentsOfOtherDepthLayerByLayer() {
    List<String> settings =
        student("start=scratch", "model.overrides.depth=3", "losses.layers=all");
    assertRefused(
        "scenes-distilled",
        settings,
        "recipe scenes-distilled: losses: layers: found all for 3 layers of the student and 2 of");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "model.overrides.depth=3; depth: found 3, allowed is 2 or less",
        "model.overrides.width=48; width: found 48, allowed is 32",
        "model.overrides.heads=4; heads: found 4, allowed is 2",
      })
  void refusesToStartFromATeacherOfOtherSizes(String setting, String message) {
    assertRefused(
        "scenes-distilled",
        student(setting),
        "a student that starts from its teacher must have its sizes: " + message);
  }

  @Test
  void distilsIntoStudentsOfOtherSizes() throws Exception {
    String wider = "model.overrides={width: 48, heads: 3, depth: 3}";
    assertTrains("wider-last", "start=scratch", wider);
    assertTrains("wider-even", "start=scratch", wider, "losses={layers: even, whole: 1}");
    assertTrains("wider-map", "start=scratch", wider, "losses.layers={0: 1, 2: 0}");
    assertTrains("shallow", "start=teacher", "model.overrides.depth=1", "losses.layers={0: 0}");
  }

  @Test
  void startsFromAModelOfAnotherTask() throws Exception {
    String trained = "start='%s'".formatted(teacher(SCENES).resolve("best"));
    for (String recipe : List.of("scenes-entailment-teacher", "scenes-reasoning-teacher")) {
      List<String> settings = settings(subject(recipe));
      settings.add(trained);
      assertThat(run(Recipes.read(recipe, settings), folder.resolve("warm-" + recipe))).hasSize(2);
    }
    List<String> towers = settings("scenes-reasoning");
    towers.addAll(List.of(trained, "teacher=''"));
    assertThat(run(Recipes.read("scenes-reasoning-student", towers), folder.resolve("warm-dual")))
        .hasSize(2);
  }

  @Test
  void refusesToStartFromWhatDoesNotFit() {
    String trained = "start='%s'".formatted(teacher(SCENES).resolve("best"));
    assertRefused(
        "scenes-teacher",
        settingsWith(trained, "model.overrides.width=64"),
        "recipe scenes-teacher: start %s: sizes: found Architecture[width=32"
            .formatted(teacher(SCENES).resolve("best")));
    assertRefused(
        "scenes-distilled",
        student("start='%s'".formatted(teacher("own").resolve("best"))),
        "recipe scenes-distilled: start: found a model with another vocabulary");
    List<String> blank = settingsWith("start=''");
    assertThatThrownBy(() -> Recipes.read("scenes-teacher", blank))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("start: found none");
  }

  private static List<String> settingsWith(String... more) {
    List<String> settings = settings(SCENES);
    settings.addAll(List.of(more));
    return settings;
  }

  private static void assertTrains(String name, String... more) throws Exception {
    List<Double> losses =
        run(Recipes.read("scenes-distilled", student(more)), folder.resolve("run-" + name));
    assertThat(losses).hasSize(2).allSatisfy(loss -> assertThat(loss).isFinite().isPositive());
  }

  @Test
  void reportsEachPartOfAttention() throws Exception {
    String weights =
        "losses={hard: 0.5, soft: 2, temperature: 2, text-to-image: 1, image-to-text: 2,"
            + " within-text: 3, within-image: 4, whole: 5, queries: all, layers: all}";
    Path run = folder.resolve("run-every-part");
    run(Recipes.read("scenes-distilled", student(weights)), run);
    Map<String, Double> values = MetricsLog.read(run.resolve("metrics.jsonl")).get(0).values();
    Map<String, Double> expected =
        Map.of(
            "loss/hard",
            0.5,
            "loss/soft",
            2.0,
            "loss/t2i",
            1.0,
            "loss/i2t",
            2.0,
            "loss/t2t",
            3.0,
            "loss/i2i",
            4.0,
            "loss/whole",
            5.0);
    assertThat(values).containsKeys(expected.keySet().toArray(new String[0]));
    double sum = 0;
    for (Map.Entry<String, Double> weight : expected.entrySet()) {
      sum += weight.getValue() * values.getOrDefault(weight.getKey(), Double.NaN);
    }
    assertThat(values.getOrDefault("loss", 0.0)).isCloseTo(sum, within(1e-4 * sum));
  }

  private static List<String> student(String... more) {
    List<String> settings = settings(SCENES);
    settings.add("teacher='%s'".formatted(teacher(SCENES).resolve("best")));
    settings.addAll(List.of(more));
    return settings;
  }

  private static void assertStudentRefused(String setting, String message) {
    List<String> settings = settings(SCENES);
    settings.add("start=scratch");
    settings.add("teacher='%s'".formatted(teacher(SCENES).resolve("best")));
    settings.add(setting);
    assertRefused("scenes-distilled", settings, "recipe scenes-distilled: " + message);
  }

  private static void assertRefused(String name, List<String> settings, String message) {
    Recipe recipe = Recipes.read(name, settings);
    assertThatThrownBy(() -> TrainingRun.prepare(recipe).close())
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(message);
  }

  /** Ablations and demonstrations are about scenes. */
  private static String subject(String recipe) {
    String subject = recipe.replaceFirst(PART, "");
    return Recipes.names().contains(subject + "-teacher") ? subject : SCENES;
  }

  private static Path teacher(String subject) {
    return folder.resolve("teacher-" + subject);
  }

  private static List<String> settings(String subject) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.overrides.width=32",
                "model.overrides.heads=2",
                "model.overrides.depth=2",
                "data.scenes.training-size=16",
                "data.scenes.dev-size=8",
                "data.scenes.test-size=8",
                "data.vocabulary=''",
                "compute={device: cpu, precision: fp32, loaders: 1}",
                "steps=2",
                "schedule.warmup=1",
                "batch={size: 4, micro: 2}",
                "evaluation={every-steps: 2, limit: 8, batch: 4, checkpoint-steps: 2}"));
    Recipe whole = Recipes.read(subject + "-teacher", List.of());
    if (whole.data().format() == DataFormat.MIX) {
      settings.add(
          "data.parts=[{weight: 2, format: webdataset, path: '%s'}, {weight: 1, format: flickr8k, path: '%s'}]"
              .formatted(folder.resolve("shards"), folder.resolve("captions")));
    } else if (!whole.data().format().isGenerated()) {
      settings.add("data.path='%s'".formatted(folder.resolve(path(whole.data().format()))));
    }
    if (whole.pictures().shorterSide() > 64) {
      settings.add("pictures.shorter-side=64");
    }
    return settings;
  }

  private static String path(DataFormat format) {
    return switch (format) {
      case EASY_VQA -> "easy-vqa";
      case VQA_V2 -> "vqa";
      case NLVR -> "nlvr";
      case NLVR2 -> "nlvr2";
      case SNLI_VE -> "snli-ve";
      case VQA_RAD -> "vqa-rad";
      case KARPATHY -> "captions/dataset.json";
      case FLICKR8K -> "captions";
      case JSONL -> "own/own.jsonl";
      case WEBDATASET -> "shards";
      case SCENES, COCO_CAPTIONS, VISUAL_GENOME, ARROW, MIX ->
          throw new IllegalArgumentException("no recipe reads " + format);
    };
  }

  /** Carries a recipe out; the loss of each step. */
  private static List<Double> run(Recipe recipe, Path folder) throws Exception {
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(StepReport report) {
            losses.add(report.loss());
          }

          @Override
          public void evaluation(EvaluationReport report) {}

          @Override
          public void message(String text) {}
        };
    try (RunFolder open = RunFolder.create(folder, Recipes.write(recipe));
        TrainingRun training = TrainingRun.prepare(recipe)) {
      assertThat(training.train(open, listener, new AtomicBoolean()))
          .isEqualTo(Trainer.Outcome.FINISHED);
    }
    return losses;
  }
}

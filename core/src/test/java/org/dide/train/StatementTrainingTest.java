package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.evaluate.Evaluation;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Teachers and students of statements, from data written by hand to scores on test. */
class StatementTrainingTest {
  private static final List<String> COLOURS = List.of("red", "green", "blue");

  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    Engine.configure(1);
  }

  @Test
  void learnsWhetherStatementsAboutTwoPicturesAreTrue() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 108; i++) {
      int left = i % 3;
      int right = i / 3 % 3;
      int said = i / 9 % 3;
      lines.add(
          """
          {"id": "%d", "images": ["%s.png", "%s.png"], "statement": "the left one is %s", "label": %s, "split": "%s"}\
          """
              .formatted(
                  i,
                  COLOURS.get(left),
                  COLOURS.get(right),
                  COLOURS.get(said),
                  left == said,
                  split(i)));
    }
    assertTeacherAndStudentLearn("reasoning", lines);
  }

  @Test
  void learnsWhatAPictureEntails() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 108; i++) {
      int shown = i % 3;
      int said = i / 3 % 3;
      String label = shown == said ? "entailment" : said == 2 ? "neutral" : "contradiction";
      lines.add(
          """
          {"id": "%d", "image": "%s.png", "statement": "it is %s", "label": "%s", "split": "%s"}\
          """
              .formatted(i, COLOURS.get(shown), COLOURS.get(said), label, split(i)));
    }
    assertTeacherAndStudentLearn("entailment", lines);
  }

  private static String split(int i) {
    return i < 54 ? "train" : i < 81 ? "dev" : "test";
  }

  private void assertTeacherAndStudentLearn(String task, List<String> lines) throws Exception {
    writePictures();
    Files.write(folder.resolve("own.jsonl"), lines);
    Recipe teacher = Recipes.read("scenes-teacher", settings(task, List.of("steps=150")));
    assertThat(train(teacher, folder.resolve("teacher")).score()).isGreaterThan(0.9);
    Recipe student =
        Recipes.read(
            "scenes-teacher",
            settings(
                task,
                List.of(
                    "model.kind=dual",
                    "start=teacher",
                    "teacher='" + folder.resolve("teacher/best") + "'",
                    "losses={hard: 0, soft: 1, text-to-image: 1, image-to-text: 1}",
                    "steps=200")));
    assertThat(train(student, folder.resolve("student")).score()).isGreaterThan(0.9);
    try (TrainedModel best = ModelFolder.load(folder.resolve("student/best"), Device.CPU)) {
      assertThat(best.task().name()).isEqualTo(student.task());
      assertThat(best.model().architecture().modalities()).isEqualTo(1 + student.task().pictures());
    }
  }

  private Evaluation train(Recipe recipe, Path run) throws Exception {
    try (RunFolder opened = RunFolder.create(run, Recipes.write(recipe));
        TrainingRun training = TrainingRun.prepare(recipe)) {
      training.train(opened, TrainingListener.NONE, new AtomicBoolean());
      return training.test(opened);
    }
  }

  private List<String> settings(String task, List<String> more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "task=" + task,
                "model.overrides={width: 32, heads: 2, depth: 2, image-size: 32, max-text-length: 10}",
                "data={format: jsonl, path: '" + folder.resolve("own.jsonl") + "'}",
                "optimizer.rate=2.0e-3",
                "schedule.warmup=10",
                "batch={size: 27, micro: 27}",
                "evaluation={every-steps: 50, checkpoint-steps: 100}"));
    settings.addAll(more);
    return settings;
  }

  private void writePictures() throws IOException {
    for (int colour = 0; colour < COLOURS.size(); colour++) {
      byte[] rgb = new byte[32 * 32 * 3];
      for (int i = colour; i < rgb.length; i += 3) {
        rgb[i] = (byte) 220;
      }
      Files.write(
          folder.resolve(COLOURS.get(colour) + ".png"),
          PngEncoder.encode(new RgbImage(32, 32, rgb)));
    }
  }
}

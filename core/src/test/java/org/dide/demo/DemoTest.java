package org.dide.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.InputException;
import org.dide.data.scenes.ScenesDataset;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.image.RgbImage;
import org.dide.report.Pages;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.train.Recipes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** The whole demo, with models that learn nothing in a few steps. */
class DemoTest {
  private static final List<String> TINY =
      List.of(
          "model.overrides={width: 32, heads: 2, depth: 2}",
          "data.scenes.training-size=64",
          "data.scenes.dev-size=40",
          "data.scenes.test-size=40",
          "steps=6",
          "schedule.warmup=2",
          "batch={size: 16, micro: 16}",
          "evaluation={every-steps: 3, checkpoint-steps: 2}");

  @TempDir static Path parent;
  private static Path teacher;
  private static DemoResult whole;

  @BeforeAll
  static void fromScratch() throws Exception {
    Engine.configure(1);
    Path out = parent.resolve("whole");
    whole = run(new DemoSettings(out, Optional.empty(), 0, TINY, 1)).orElseThrow();
    teacher = out.resolve("teacher");
  }

  @Test
  void tellsTheWholeStory() throws Exception {
    Path out = parent.resolve("whole");
    assertThat(whole.scores().keySet())
        .containsExactly("teacher", "hard labels", "soft labels", "distilled");
    whole.scores().values().forEach(scores -> assertThat(scores).containsKey("score/relation"));
    assertThat(whole.textOnly().counts().values().stream().mapToLong(n -> n).sum()).isEqualTo(40);
    assertThat(whole.speeds()).hasSize(8).allMatch(speed -> speed.milliseconds() > 0);
    assertThat(whole.speeds().get(0).timesFaster()).isEqualTo(1);
    assertThat(whole.stored().answers()).hasSize(40);
    assertThat(whole.stored().right()).isBetween(0L, 40L);

    Element page = Pages.parse(Files.readString(out.resolve("report.html"))).getDocumentElement();
    assertThat(Pages.texts(page, "h2"))
        .containsExactly(
            "Scores",
            "Speed",
            "Questions and answers",
            "All stored pictures at once",
            "Where the words look",
            "How the students learnt",
            "What lies in this folder");
    assertThat(Pages.texts(page, "th"))
        .contains("most frequent answer", "words alone", "distilled");
    assertThat(out.resolve("runs/demo-distilled/report.html")).exists();
    assertThat(out.resolve("runs/scenes-teacher/report.html")).exists();
  }

  @Test
  void leavesAModelAndPicturesToAskAbout() throws Exception {
    Path out = parent.resolve("whole");
    try (TrainedModel model = ModelFolder.load(out.resolve("model"), Device.CPU);
        TrainedModel taught = ModelFolder.load(teacher, Device.CPU)) {
      assertThat(whole.fingerprints()).containsEntry(whole.best(), model.fingerprint());
      assertThat(model.provenance().teacher()).isEqualTo(taught.fingerprint());
    }
    ScenesDataset test = ScenesDataset.test(Recipes.read("demo-hard", List.of()).data().scenes());
    assertThat(whole.question()).isEqualTo(test.example(0, 0).text());
    RgbImage picture =
        new ImageDecoder(DecodeOptions.defaults()).decode(out.resolve("pictures/000039.png"));
    assertThat(picture.rgb()).isEqualTo(test.example(0, 39).pictures().get(0).load().rgb());
    assertThat(out.resolve("pictures/000040.png")).doesNotExist();
  }

  @Test
  void goesOnWhereItWasStopped() throws Exception {
    Path out = parent.resolve("stopped");
    DemoSettings settings = new DemoSettings(out, Optional.of(teacher), 0, TINY, 1);
    int stops = 0;
    while (run(settings, 4 + 3 * stops).isEmpty()) { // parts that are done tell so, too
      stops++;
    }
    assertThat(stops).isBetween(3, 10);
    DemoResult stopped =
        DemoResult.read(out.resolve("results.json"), whole.fingerprints()).orElseThrow();
    assertThat(stopped.fingerprints()).isEqualTo(whole.fingerprints());
    assertThat(stopped.scores()).isEqualTo(whole.scores());
  }

  @Test
  void doesNothingTwice() throws Exception {
    Path out = parent.resolve("again");
    DemoSettings settings = new DemoSettings(out, Optional.of(teacher), 0, TINY, 1);
    DemoResult first = run(settings).orElseThrow();
    FileTime trained = Files.getLastModifiedTime(out.resolve("runs/demo-soft/report.html"));
    Files.delete(out.resolve("report.html"));
    assertThat(run(settings)).contains(first); // its timings, too
    assertThat(Files.getLastModifiedTime(out.resolve("runs/demo-soft/report.html")))
        .isEqualTo(trained);
    assertThat(out.resolve("report.html")).exists();
  }

  @Test
  void refusesToMixDemos() throws Exception {
    Path out = parent.resolve("mixed");
    run(new DemoSettings(out, Optional.of(teacher), 0, TINY, 1), 8);
    assertThatThrownBy(() -> run(new DemoSettings(out, Optional.of(teacher), 1, TINY, 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("demo-hard/recipe.yaml: belongs to a demo with other settings");
    assertThatThrownBy(() -> run(new DemoSettings(out, Optional.empty(), 0, TINY, 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("teacher: belongs to a demo with other settings");
    Path other = parent.resolve("whole/runs/demo-hard/best");
    assertThatThrownBy(() -> run(new DemoSettings(out, Optional.of(other), 0, TINY, 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("teacher: belongs to a demo with other settings");
  }

  @Test
  void tellsHowFarItIs() throws Exception {
    List<DemoListener.Progress> told = new ArrayList<>();
    DemoListener listener =
        new DemoListener() {
          @Override
          public void progress(Progress now) {
            told.add(now);
          }

          @Override
          public void message(String text) {}
        };
    DemoSettings settings =
        new DemoSettings(parent.resolve("told"), Optional.of(teacher), 0, TINY, 1);
    new Demo(settings, listener, new AtomicBoolean()).run();
    assertThat(told.stream().map(DemoListener.Progress::part).distinct())
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(told).allMatch(now -> now.parts() == 6 && now.done() >= 0 && now.done() <= 1);
    assertThat(told.get(told.size() - 1).left().toMillis()).isZero();
  }

  private static Optional<DemoResult> run(DemoSettings settings) throws Exception {
    return new Demo(settings, DemoListener.NONE, new AtomicBoolean()).run();
  }

  /** Runs until so much progress was told. */
  private static Optional<DemoResult> run(DemoSettings settings, int progress) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    DemoListener listener =
        new DemoListener() {
          private int told;

          @Override
          public void progress(Progress now) {
            told++;
            stop.set(told >= progress);
          }

          @Override
          public void message(String text) {}
        };
    return new Demo(settings, listener, stop).run();
  }
}

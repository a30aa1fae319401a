package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.train.EvaluationReport;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import org.dide.train.RunFolder;
import org.dide.train.StepReport;
import org.dide.train.TrainingListener;
import org.dide.train.TrainingRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class RunReportTest {
  private static final List<String> TINY =
      List.of(
          "model.overrides={width: 32, heads: 2, depth: 2}",
          "data.scenes.training-size=64",
          "data.scenes.dev-size=40",
          "data.scenes.test-size=40",
          "steps=12",
          "schedule.warmup=2",
          "batch={size: 16, micro: 16}",
          "evaluation={every-steps: 3, checkpoint-steps: 4}");

  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    Engine.configure(1);
  }

  @Test
  void aRunThatWasResumedIsReportedInFull() throws Exception {
    Recipe recipe = Recipes.read("scenes-teacher", TINY);
    train(recipe, 5);
    assertThat(folder.resolve("run/report.html")).doesNotExist();
    train(recipe, Integer.MAX_VALUE);

    String html = Files.readString(folder.resolve("run/report.html"));
    Element page = Pages.parse(html).getDocumentElement();
    assertThat(Pages.texts(page, "h1")).containsExactly("scenes-teacher");
    assertThat(Pages.texts(page, "h2"))
        .containsExactly("Scores", "Course", "Questions from test", "Recipe", "Provenance");
    assertScores(page);
    assertCurves(page);
    assertThat(Pages.elements(page, "img")).hasSize(12);
    assertThat(Pages.texts(page, "pre")).containsExactly(Recipes.write(recipe));
    assertThat(html).doesNotContain("http:", "https:", "<script");
  }

  /** Where a join attends, what it was taught by is what the run was about. */
  @Test
  void theLossesOfAnAttentiveJoinAreTold() throws Exception {
    Recipe recipe =
        Recipes.read(
            "scenes-teacher",
            Stream.concat(
                    TINY.stream(),
                    Stream.of(
                        "model.kind=dual",
                        "model.overrides.join={layers: 1, vectors: 4}",
                        "losses.mlp-join=0.5"))
                .toList());
    train(recipe, Integer.MAX_VALUE);

    Element page =
        Pages.parse(Files.readString(folder.resolve("run/report.html"))).getDocumentElement();
    assertThat(Pages.texts(page, "td"))
        .anyMatch(
            text -> text.endsWith("attention of the join × 0, answers of the MLP join × 0.5"));
  }

  private void assertScores(Element page) {
    try (TrainedModel best = ModelFolder.load(folder.resolve("run/best"), Device.CPU)) {
      Map<String, Double> results = best.provenance().results();
      assertThat(results).containsKeys("dev/score", "test/score", "test/score/two-hop");
      for (String metric : List.of("score", "score/two-hop")) {
        for (String split : List.of("dev/", "test/")) {
          double score = results.getOrDefault(split + metric, -1.0);
          assertThat(Pages.texts(page, "td"))
              .contains(String.format(Locale.ROOT, "%.1f %%", 100 * score));
        }
      }
      assertThat(Pages.texts(page, "td")).contains(best.fingerprint());
      assertThat(Pages.texts(page, "dd"))
          .contains(String.format(Locale.ROOT, "%,d", best.model().parameters().count()));
    }
  }

  /** Evaluations at 3, 6, 9 and 12: before and after the stop at 5. */
  private static void assertCurves(Element page) {
    Element dev =
        Pages.elements(page, "figure").stream()
            .filter(figure -> Pages.texts(figure, "figcaption").contains("Score on dev"))
            .findFirst()
            .orElseThrow();
    List<Element> curves =
        Pages.elements(dev, "path").stream()
            .filter(path -> path.getAttribute("class").equals("curve s1"))
            .toList();
    assertThat(curves.get(1).getAttribute("d").split("[ML]")).hasSize(1 + 4);
  }

  private void train(Recipe recipe, int steps) throws Exception {
    Path path = folder.resolve("run");
    AtomicBoolean stop = new AtomicBoolean();
    try (RunFolder run =
            Files.exists(path)
                ? RunFolder.open(path)
                : RunFolder.create(path, Recipes.write(recipe));
        TrainingRun training = TrainingRun.prepare(recipe)) {
      training.train(run, stopping(steps, stop), stop);
      if (!stop.get()) {
        training.test(run);
        RunReport.write(recipe, run, training.training().data().test());
      }
    }
  }

  private static TrainingListener stopping(int steps, AtomicBoolean stop) {
    return new TrainingListener() {
      @Override
      public void step(StepReport report) {
        stop.set(report.step() >= steps);
      }

      @Override
      public void evaluation(EvaluationReport report) {}

      @Override
      public void message(String text) {}
    };
  }

  @Test
  void samplesTakeEachKindInTurn() {
    List<Example> examples =
        List.of(
            example("1", "b"),
            example("2", "b"),
            example("3", "a"),
            example("4", "b"),
            example("5", "a"),
            example("6", "c"));
    ExampleList data = new ExampleList("data", examples);
    assertThat(Samples.pick(data, 5).stream().map(Example::id))
        .containsExactly("3", "1", "6", "5", "2");
    assertThat(Samples.pick(data, 10).stream().map(Example::id))
        .containsExactly("3", "1", "6", "5", "2", "4");
    assertThat(Samples.pick(new ExampleList("none", List.of()), 3)).isEmpty();
  }

  private static Example example(String id, String type) {
    return new Example(id, List.of(), "what?", new Label.Unknown(), type);
  }
}

package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Splits;
import org.dide.evaluate.Evaluation;
import org.dide.tensor.Engine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at dev and test that are not whole, or not waited for. */
class JudgeTest {
  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    Engine.configure(1);
  }

  @BeforeEach
  void writeData() throws Exception {
    SmallData.writeOwn(folder); // questions 6 to 9 are dev
  }

  @Test
  void leavesOutOfDevWhatCannotBeRead() throws Exception {
    Files.writeString(folder.resolve("images/7.png"), "no picture");
    Recipe recipe = recipe("data.tolerate=0.25");
    Trainings.train(recipe, folder.resolve("run"), Integer.MAX_VALUE);
    try (RunFolder run = RunFolder.open(folder.resolve("run"));
        TrainingRun again = TrainingRun.prepare(recipe)) {
      Evaluation dev =
          new Judge(again.training(), again.training().data().dev(), 0)
              .evaluate(again.training().model(), org.dide.evaluate.Evaluator.Observer.NONE);
      assertThat(dev.count()).isEqualTo(3);
      assertThat(run.best()).isDirectory();
    }
  }

  @Test
  void takesMoreForABrokenDev() throws Exception {
    Files.writeString(folder.resolve("images/7.png"), "no picture");
    Files.writeString(folder.resolve("images/9.png"), "nor this");
    Recipe recipe = recipe("data.tolerate=0.25");
    assertThatThrownBy(() -> Trainings.train(recipe, folder.resolve("run"), Integer.MAX_VALUE))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "own.jsonl/dev: 2 of 4 examples have pictures that cannot be read, allowed is 25 %;"
                + " the log names them");
  }

  @Test
  void refusesADevOfWhichTheFirstHaveNoAnswers() throws Exception {
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("own.jsonl")));
    lines.set(6, lines.get(6).replaceAll("\"answer\": \"\\w+\", ", ""));
    Files.write(folder.resolve("own.jsonl"), lines);
    Recipe recipe = recipe("evaluation.limit=1");
    assertThatThrownBy(() -> Trainings.train(recipe, folder.resolve("run"), Integer.MAX_VALUE))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("own.jsonl/dev: found no example that can be scored");
  }

  @Test
  void aLookThatIsBrokenOffIsTakenAgain() throws Exception {
    Recipe recipe = recipe();
    Path whole = folder.resolve("whole");
    Trainings.train(recipe, whole, Integer.MAX_VALUE);
    Path run = folder.resolve("run");
    AtomicBoolean stop = new AtomicBoolean();
    List<EvaluationReport> reports = new ArrayList<>();
    assertThat(trained(recipe, run, stop, reports)).isEqualTo(Trainer.Outcome.INTERRUPTED);
    assertThat(reports).isEmpty();
    Trainings.train(recipe, run, Integer.MAX_VALUE);
    assertThat(run.resolve("metrics.jsonl"))
        .hasSameTextualContentAs(whole.resolve("metrics.jsonl"));
    assertThat(run.resolve("best/model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("best/model.safetensors"));
  }

  /** Dev's last example asks the training to stop. */
  private static Trainer.Outcome trained(
      Recipe recipe, Path run, AtomicBoolean stop, List<EvaluationReport> reports)
      throws Exception {
    try (RunFolder open = RunFolder.create(run, Recipes.write(recipe));
        TrainingRun prepared = TrainingRun.prepare(recipe)) {
      Training training = prepared.training();
      Dataset dev = training.data().dev();
      Dataset stopping = new Stopping(dev, stop);
      Training watched =
          new Training(
              training.recipe(),
              new Splits(training.data().train(), stopping, training.data().test()),
              training.vocabulary(),
              training.preprocessing(),
              training.task(),
              training.model(),
              training.teacher());
      return new Trainer(watched, open, (model, found, step) -> {}, listener(reports), stop).run();
    }
  }

  private record Stopping(Dataset dev, AtomicBoolean stop) implements Dataset {
    @Override
    public String name() {
      return dev.name();
    }

    @Override
    public int size() {
      return dev.size();
    }

    @Override
    public Example example(int epoch, int index) {
      if (index == dev.size() - 1) {
        stop.set(true);
      }
      return dev.example(epoch, index);
    }
  }

  private static TrainingListener listener(List<EvaluationReport> reports) {
    return new TrainingListener() {
      @Override
      public void step(StepReport report) {}

      @Override
      public void evaluation(EvaluationReport report) {
        reports.add(report);
      }

      @Override
      public void message(String text) {}
    };
  }

  private Recipe recipe(String... more) {
    List<String> settings = new ArrayList<>();
    settings.add("data.path='" + folder.resolve("own.jsonl") + "'");
    settings.add(
        "model.overrides={width: 32, heads: 2, depth: 1, image-size: 64, max-text-length: 8}");
    settings.add("pictures.shorter-side=64");
    settings.add("steps=4");
    settings.add("schedule.warmup=1");
    settings.add("batch={size: 2, micro: 2}");
    settings.add("evaluation={every-steps: 2, checkpoint-steps: 2, batch: 2}");
    settings.addAll(List.of(more));
    return Recipes.read("own-teacher", settings);
  }
}

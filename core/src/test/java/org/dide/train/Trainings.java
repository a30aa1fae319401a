package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.tensor.Tensors;

/** Carries recipes out for tests. */
final class Trainings {
  private Trainings() {}

  /** Begins or goes on, until the end or so many further steps; the parameters then. */
  static Map<String, float[]> train(Recipe recipe, Path run, int steps) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (RunFolder open =
            Files.exists(run) ? RunFolder.open(run) : RunFolder.create(run, Recipes.write(recipe));
        TrainingRun training = TrainingRun.prepare(recipe)) {
      training.train(open, stopping(stop, steps), stop);
      Map<String, float[]> parameters = new LinkedHashMap<>();
      training
          .training()
          .model()
          .parameters()
          .tensors()
          .forEach((name, tensor) -> parameters.put(name, Tensors.floats(tensor)));
      return parameters;
    }
  }

  /** A run that is stopped after five steps and resumed ends as one that was not. */
  static void assertResumes(Recipe recipe, Path folder, String name) throws Exception {
    Map<String, float[]> whole = train(recipe, folder.resolve(name + "-whole"), 99);
    Path stopped = folder.resolve(name + "-stopped");
    train(recipe, stopped, 5);
    Map<String, float[]> resumed = train(recipe, stopped, 99);
    assertThat(resumed.keySet()).isEqualTo(whole.keySet());
    whole.forEach((key, values) -> assertThat(resumed.get(key)).as(key).isEqualTo(values));
    assertThat(stopped.resolve("metrics.jsonl"))
        .hasSameTextualContentAs(folder.resolve(name + "-whole/metrics.jsonl"));
  }

  private static TrainingListener stopping(AtomicBoolean stop, int steps) {
    return new TrainingListener() {
      private int done;

      @Override
      public void step(StepReport report) {
        done++;
        stop.set(done >= steps);
      }

      @Override
      public void evaluation(EvaluationReport report) {}

      @Override
      public void message(String text) {}
    };
  }
}

package org.dide.train;

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

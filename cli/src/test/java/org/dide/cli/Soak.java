package org.dide.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.Pointer;
import org.dide.answer.Answerer;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.model.Weights;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.HalfMatrix;
import org.dide.train.EvaluationReport;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import org.dide.train.RunFolder;
import org.dide.train.StepReport;
import org.dide.train.TrainingListener;
import org.dide.train.TrainingRun;

/**
 * Distils for many steps, then answers many questions, in a process of its own; prints {@code train
 * STEP BYTES OBJECTS}, {@code answer REQUEST BYTES OBJECTS} and, where the processor has them, the
 * same of {@code round}, weights in fp16: the process's resident size, and how many native objects
 * nobody has freed yet.
 */
final class Soak {
  private static final int EVERY = 20;

  private Soak() {}

  /** The arguments are a folder to work in and the number of steps, and of requests. */
  public static void main(String[] arguments) throws InterruptedException {
    Engine.configure(1);
    Path folder = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    train(teacher(), folder.resolve("teacher"));
    Recipe student = student(folder.resolve("teacher/best"), count);
    train(student, folder.resolve("student"));
    answer(folder.resolve("student/best"), count);
  }

  private static Recipe teacher() {
    return Recipes.read("scenes-teacher", settings(4));
  }

  private static Recipe student(Path teacher, int steps) {
    List<String> settings = new ArrayList<>(settings(steps));
    settings.add("teacher='" + teacher + "'");
    return Recipes.read("scenes-distilled", settings);
  }

  private static List<String> settings(int steps) {
    return List.of(
        "model.overrides={width: 32, heads: 2, depth: 2, image-size: 48, max-text-length: 20}",
        "data.scenes.training-size=640",
        "data.scenes.dev-size=32",
        "data.scenes.test-size=32",
        "steps=" + steps,
        "batch={size: 16, micro: 16}",
        "evaluation={every-steps: 200, checkpoint-steps: 200}");
  }

  private static void train(Recipe recipe, Path run) throws InterruptedException {
    try (RunFolder folder = RunFolder.create(run, Recipes.write(recipe));
        TrainingRun training = TrainingRun.prepare(recipe)) {
      training.train(folder, new Sampler(), new AtomicBoolean());
    }
  }

  private static void answer(Path model, int requests) {
    RgbImage picture = new RgbImage(48, 48, new byte[3 * 48 * 48]);
    try (TrainedModel trained = ModelFolder.load(model, Device.CPU)) {
      Answerer answerer = Answerer.of(trained);
      for (int request = 1; request <= requests; request++) {
        answerer.ask(picture, "what color is the circle?", 1);
        sample("answer", request);
      }
      if (HalfMatrix.isSupported()) {
        round(trained, picture, requests);
      }
    }
  }

  /** Each request through weights that are made for it. */
  private static void round(TrainedModel trained, RgbImage picture, int requests) {
    for (int request = 1; request <= requests; request++) {
      try (Answerer answerer = Answerer.of(trained, Weights.FP16)) {
        answerer.ask(picture, "what color is the circle?", 1);
      }
      sample("round", request);
    }
  }

  private static void sample(String kind, long number) {
    if (number % EVERY == 0) {
      System.out.printf(
          "%s %d %d %d%n", kind, number, Pointer.physicalBytes(), Pointer.totalCount());
    }
  }

  private static final class Sampler implements TrainingListener {
    @Override
    public void step(StepReport report) {
      sample("train", report.step());
    }

    @Override
    public void evaluation(EvaluationReport report) {}

    @Override
    public void message(String text) {}
  }
}

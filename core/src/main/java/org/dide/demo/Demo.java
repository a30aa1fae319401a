package org.dide.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.InputException;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.ScenesSettings;
import org.dide.evaluate.Evaluation;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;
import org.dide.report.RunReport;
import org.dide.report.Samples;
import org.dide.tensor.Device;
import org.dide.train.EvaluationReport;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import org.dide.train.RunFolder;
import org.dide.train.RunSummary;
import org.dide.train.StepReport;
import org.dide.train.Trainer;
import org.dide.train.TrainingListener;
import org.dide.train.TrainingRun;

/**
 * The demo: a teacher, three students of it, their scores and speed, and a page about all of it.
 *
 * <p>Everything lies in one folder, and what lies there is not made again: a demo that was stopped,
 * or killed, goes on where it was.
 */
public final class Demo {
  private static final String TEACHER_RECIPE = "scenes-teacher";
  private static final List<Integer> BATCHES = List.of(1, 32);
  private static final int PICTURES = 100;

  private final DemoSettings settings;
  private final DemoListener listener;
  private final AtomicBoolean stop;
  private final Agenda agenda;
  private final ScenesSettings scenes;
  private final ScenesDataset test;

  /**
   * A demo.
   *
   * @param stop set from outside to end soon, with everything kept that is done
   */
  public Demo(DemoSettings settings, DemoListener listener, AtomicBoolean stop) {
    this.settings = settings;
    this.listener = listener;
    this.stop = stop;
    this.agenda = new Agenda(agenda(settings), listener, System::nanoTime);
    this.scenes = studentRecipe(Student.ALL.get(0)).data().scenes();
    this.test = ScenesDataset.test(scenes);
  }

  private static List<Agenda.Item> agenda(DemoSettings settings) {
    List<Agenda.Item> items = new ArrayList<>();
    if (settings.shipped().isEmpty()) {
      items.add(new Agenda.Item("training the teacher", 1300));
    }
    items.add(new Agenda.Item("asking the teacher all test questions", 4));
    for (Student student : Student.ALL) {
      items.add(new Agenda.Item("training the student: " + student.name(), student.seconds()));
    }
    items.add(new Agenda.Item("timing teacher and student, storing pictures", 12));
    items.add(new Agenda.Item("writing the report", 4));
    return items;
  }

  /**
   * Carries out what is not done yet.
   *
   * @return what was found; empty if it was stopped
   * @throws InputException if the folder holds a demo with other settings, or something cannot be
   *     read or written
   */
  public Optional<DemoResult> run() throws InterruptedException {
    if (settings.shipped().isEmpty()) {
      if (Files.exists(settings.teacher()) && !Files.exists(settings.run(TEACHER_RECIPE))) {
        throw otherSettings(settings.teacher());
      }
      if (!train(recipe(TEACHER_RECIPE))) {
        return Optional.empty();
      }
    }
    agenda.begin(0);
    prepareTeacher();
    for (Student student : Student.ALL) {
      if (stop.get() || !train(studentRecipe(student))) {
        return Optional.empty();
      }
    }
    if (stop.get()) {
      return Optional.empty();
    }
    try (DemoModels models = DemoModels.load(settings)) {
      agenda.begin(0);
      writePictures();
      ModelFolder.save(settings.model(), models.students().get(models.best()));
      Optional<DemoResult> result = result(models);
      if (result.isPresent()) {
        agenda.begin(0);
        new DemoReport(settings, result.get(), models, test).page().write(settings.report());
        agenda.end();
      }
      return result;
    }
  }

  private Recipe recipe(String name, String... more) {
    List<String> changes = new ArrayList<>(List.of(more));
    changes.add("seed=" + settings.seed());
    changes.addAll(settings.recipeChanges());
    return Recipes.read(name, changes);
  }

  private Recipe studentRecipe(Student student) {
    String folder = settings.teacher().toString().replace("'", "''");
    return recipe(student.recipe(), "teacher='" + folder + "'");
  }

  /**
   * Trains by a recipe, from where it stopped.
   *
   * @return whether the training has come to its end
   */
  private boolean train(Recipe recipe) throws InterruptedException {
    try (RunFolder folder = open(recipe)) {
      if (Files.exists(folder.report())) { // it is written last
        agenda.begin(1);
        return true;
      }
      long total = recipe.totalSteps(1);
      agenda.begin(folder.latest().map(at -> (double) at.step() / total).orElse(0.0));
      try (TrainingRun run = TrainingRun.prepare(recipe)) {
        if (run.train(folder, following(recipe.name()), stop) == Trainer.Outcome.INTERRUPTED) {
          return false;
        }
        Evaluation found = run.test(folder);
        RunReport.write(recipe, folder, run.training().data().test());
        message(recipe.name(), found);
        return true;
      }
    }
  }

  private void message(String name, Evaluation found) {
    listener.message("%s: %.1f %% of test".formatted(name, 100 * found.score()));
  }

  private RunFolder open(Recipe recipe) {
    Path path = settings.run(recipe.name());
    if (!RunSummary.isRun(path)) {
      return RunFolder.create(path, Recipes.write(recipe));
    }
    RunFolder folder = RunFolder.open(path);
    if (!folder.recipe().equals(Recipes.write(recipe))) {
      folder.close();
      throw otherSettings(folder.recipeFile());
    }
    return folder;
  }

  private InputException otherSettings(Path file) {
    return new InputException(
        "%s: belongs to a demo with other settings; remove %s, or name another folder with --out"
            .formatted(file, settings.out()));
  }

  private TrainingListener following(String name) {
    return new TrainingListener() {
      @Override
      public void step(StepReport report) {
        agenda.at((double) report.step() / report.total());
      }

      @Override
      public void evaluation(EvaluationReport report) {
        listener.message(
            "%s, step %d: %.1f %% of dev"
                .formatted(
                    name, report.step(), 100 * report.metrics().getOrDefault("score", Double.NaN)));
      }

      @Override
      public void message(String text) {
        listener.message(text);
      }
    };
  }

  /** Puts the teacher where the students look for it, with its scores on the demo's own test. */
  private void prepareTeacher() {
    Path source = settings.shipped().orElseGet(() -> RunFolder.best(settings.run(TEACHER_RECIPE)));
    try (TrainedModel teacher = ModelFolder.load(source, Device.CPU)) {
      if (Files.exists(settings.teacher())) {
        requireSame(teacher);
      } else {
        keep(teacher);
      }
    }
  }

  private void requireSame(TrainedModel teacher) {
    try (TrainedModel earlier = ModelFolder.load(settings.teacher(), Device.CPU)) {
      if (!earlier.fingerprint().equals(teacher.fingerprint())) {
        throw otherSettings(settings.teacher());
      }
    }
  }

  private void keep(TrainedModel teacher) {
    Evaluation found = Samples.evaluate(teacher, test);
    message(DemoModels.TEACHER, found);
    ModelFolder.save(settings.teacher(), teacher.withResults("test", found.metrics()));
  }

  /**
   * What is measured once all models are there; what an earlier run measured of them holds.
   *
   * @return empty if it was stopped
   */
  private Optional<DemoResult> result(DemoModels models) throws InterruptedException {
    Map<String, String> fingerprints = new LinkedHashMap<>();
    models.byName().forEach((name, model) -> fingerprints.put(name, model.fingerprint()));
    Optional<DemoResult> earlier = DemoResult.read(settings.results(), fingerprints);
    if (earlier.isPresent()) {
      return earlier;
    }
    Optional<DemoResult> measured = measure(models, fingerprints);
    measured.ifPresent(result -> result.write(settings.results()));
    return measured;
  }

  private Optional<DemoResult> measure(DemoModels models, Map<String, String> fingerprints)
      throws InterruptedException {
    int best = models.best();
    TrainedModel student = models.students().get(best);
    TextOnly textOnly = TextOnly.of(ScenesDataset.train(scenes), test);
    agenda.at(0.3);
    List<Speed> speeds = Speed.measure(models.teacher(), student, test, BATCHES, settings.rounds());
    agenda.at(0.9);
    return StoredAnswers.ask(settings, student, test, stop)
        .map(
            stored ->
                new DemoResult(
                    DemoResult.VERSION,
                    fingerprints,
                    models.scores(),
                    textOnly,
                    speeds,
                    Student.ALL.get(best).name(),
                    test.example(0, 0).text(),
                    stored));
  }

  private void writePictures() {
    try {
      Files.createDirectories(settings.pictures());
      for (int i = 0; i < Math.min(PICTURES, test.size()); i++) {
        RgbImage picture = test.example(0, i).pictures().get(0).load();
        Files.write(settings.picture(i), PngEncoder.encode(picture));
      }
    } catch (IOException problem) {
      throw new InputException(
          "%s: cannot be written (%s)".formatted(settings.pictures(), problem), problem);
    }
  }
}

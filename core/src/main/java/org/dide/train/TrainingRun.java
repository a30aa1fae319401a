package org.dide.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.PictureDecoder;
import org.dide.data.ProblemListener;
import org.dide.data.source.DataSource;
import org.dide.evaluate.Evaluation;
import org.dide.evaluate.Evaluator;
import org.dide.hub.ModelFolder;
import org.dide.hub.Provenance;
import org.dide.hub.TowerInitialisation;
import org.dide.hub.TrainedModel;
import org.dide.hub.WarmStart;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.model.Model;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.text.Vocabulary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recipe carried out in a run folder: everything it names is found and built, the model is
 * trained, the best one on dev kept, and that one looked at on test, once.
 */
public final class TrainingRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final Training training;
  private final String teacherFingerprint;

  private TrainingRun(Training training, String teacherFingerprint) {
    this.training = training;
    this.teacherFingerprint = teacherFingerprint;
  }

  /**
   * Finds and builds what a recipe names.
   *
   * @throws InputException if something cannot be found or does not fit
   */
  public static TrainingRun prepare(Recipe recipe) {
    Device device = Device.of(recipe.compute().device());
    Optional<TrainedModel> teacher = load(recipe.teacher(), device);
    try {
      return prepare(recipe, teacher, device);
    } catch (RuntimeException problem) {
      teacher.ifPresent(TrainedModel::close);
      throw problem;
    }
  }

  private static TrainingRun prepare(Recipe recipe, Optional<TrainedModel> teacher, Device device) {
    Optional<TrainedModel> start = load(recipe.startFolder(), device);
    try {
      return prepare(recipe, teacher, start, device);
    } finally {
      start.ifPresent(TrainedModel::close); // it only lent its parameters
    }
  }

  private static Optional<TrainedModel> load(String folder, Device device) {
    return Optional.of(folder)
        .filter(name -> !name.isEmpty())
        .map(name -> ModelFolder.load(Path.of(name), device));
  }

  private static TrainingRun prepare(
      Recipe recipe, Optional<TrainedModel> teacher, Optional<TrainedModel> start, Device device) {
    Architecture sizes = recipe.model().architecture().withModalities(1 + recipe.task().pictures());
    teacher.ifPresent(found -> requireSuited(recipe, sizes, found));
    requireSameWords(recipe, teacher, start);
    Optional<TrainedModel> elder = teacher.or(() -> start);
    PreprocessorSettings preprocessing =
        elder
            .map(TrainedModel::preprocessing)
            .orElseGet(() -> preprocessing(recipe.pictures(), sizes.patchSize()));
    elder.ifPresent(model -> tellReplaced(recipe, model));
    DataSource source = open(recipe, preprocessing);
    Vocabulary vocabulary = elder.map(TrainedModel::vocabulary).orElseGet(source::vocabulary);
    Task task =
        teacher
            .map(TrainedModel::task)
            .orElseGet(() -> Task.named(recipe.task(), source.answers()));
    Architecture architecture = sizes.withVocabularySize(vocabulary.size());
    Model model = initial(recipe, architecture, task, teacher, start, device);
    String fingerprint = teacher.map(TrainedModel::fingerprint).orElse("");
    return new TrainingRun(
        new Training(
            recipe, source.splits(), vocabulary, preprocessing, task, model, kept(recipe, teacher)),
        fingerprint);
  }

  /** Pictures and words are those of the model that is learnt or started from. */
  private static void tellReplaced(Recipe recipe, TrainedModel elder) {
    int side = recipe.pictures().shorterSide();
    PreprocessorSettings kept = elder.preprocessing();
    if (side != (kept.resize() ? kept.shorter() : 0)) {
      LOG.warn(
          "recipe {}: pictures: shorter-side: {} is not used, pictures are prepared as those of the"
              + " model that is learnt or started from: {}",
          recipe.name(),
          side,
          kept.resize() ? kept.shorter() : "0 (as they are)");
    }
    String words = recipe.data().vocabulary();
    if (!words.isEmpty()
        && !Vocabulary.read(Path.of(words)).tokens().equals(elder.vocabulary().tokens())) {
      LOG.warn(
          "recipe {}: data: vocabulary: {} is not used, the vocabulary is that of the model that is"
              + " learnt or started from",
          recipe.name(),
          words);
    }
  }

  private static void requireSameWords(
      Recipe recipe, Optional<TrainedModel> teacher, Optional<TrainedModel> start) {
    if (teacher.isPresent()
        && start.isPresent()
        && !teacher.get().vocabulary().tokens().equals(start.get().vocabulary().tokens())) {
      throw new InputException(
          "recipe %s: start: found a model with another vocabulary than the teacher's"
              .formatted(recipe.name()));
    }
  }

  /** A teacher that only lent its parameters has done its work. */
  private static Optional<Model> kept(Recipe recipe, Optional<TrainedModel> teacher) {
    if (!recipe.losses().needTeacher()) {
      teacher.ifPresent(TrainedModel::close);
      return Optional.empty();
    }
    return teacher.map(TrainedModel::model);
  }

  /** A teacher reads the same texts; attention is compared layer by layer and patch by patch. */
  private static void requireSuited(Recipe recipe, Architecture student, TrainedModel teacher) {
    Architecture taught = teacher.model().architecture();
    requireSame(recipe, "task", recipe.task(), teacher.task().name());
    if (student.maxTextLength() > taught.maxTextLength()) {
      throw new InputException(
          "recipe %s: model: max-text-length: found %d, allowed are the teacher's %d and less"
              .formatted(recipe.name(), student.maxTextLength(), taught.maxTextLength()));
    }
    if (recipe.losses().attention()) {
      requireSame(recipe, "model: patch-size", student.patchSize(), taught.patchSize());
      requireSame(recipe, "model: max-patches", student.maxPatches(), taught.maxPatches());
      requirePairs(recipe, student, taught);
    }
  }

  private static void requirePairs(Recipe recipe, Architecture student, Architecture teacher) {
    try {
      recipe.losses().layers().pairs(student.depth(), teacher.depth());
    } catch (InputException problem) {
      throw new InputException(
          "recipe %s: %s".formatted(recipe.name(), problem.getMessage()), problem);
    }
  }

  private static void requireSame(Recipe recipe, String key, Object found, Object teachers) {
    if (!found.equals(teachers)) {
      throw new InputException(
          "recipe %s: %s: found %s, allowed is the teacher's %s"
              .formatted(recipe.name(), key, found, teachers));
    }
  }

  /** What was found and built. */
  public Training training() {
    return training;
  }

  /**
   * Trains to the end, or until asked to stop.
   *
   * @param stop set from outside to end after the current step, with a checkpoint
   */
  public Trainer.Outcome train(RunFolder folder, TrainingListener listener, AtomicBoolean stop)
      throws InterruptedException {
    return new Trainer(
            training, folder, (model, dev, step) -> save(folder.best(), model, dev), listener, stop)
        .run();
  }

  /** Looks at test with the best model of a finished training, and records what it found there. */
  public Evaluation test(RunFolder folder) {
    Device device = Device.of(training.recipe().compute().device());
    try (TrainedModel best = ModelFolder.load(folder.best(), device)) {
      Evaluation test =
          new Judge(training, training.data().test(), 0)
              .evaluate(best.model(), Evaluator.Observer.NONE);
      ModelFolder.save(folder.best(), best.withResults("test", test.metrics()));
      return test;
    }
  }

  private void save(Path folder, Model model, Evaluation dev) {
    Recipe recipe = training.recipe();
    List<Provenance.DataUsed> data = new ArrayList<>();
    data.add(used("train", training.data().train()));
    data.add(used("dev", training.data().dev()));
    Provenance provenance =
        Provenance.now(data, Recipes.write(recipe), recipe.seed(), teacherFingerprint);
    TrainedModel trained =
        new TrainedModel(
            model, training.task(), training.vocabulary(), training.preprocessing(), provenance);
    ModelFolder.save(folder, trained.withResults("dev", dev.metrics()));
  }

  /** Parts are named after their data set: {@code easy-vqa/train}. */
  private static Provenance.DataUsed used(String split, Dataset part) {
    return new Provenance.DataUsed(part.collection(), split, "", part.size());
  }

  private static DataSource open(Recipe recipe, PreprocessorSettings preprocessing) {
    DataSource source =
        DataSource.open(
            recipe.task(),
            recipe.data(),
            PictureDecoder.of(preprocessing.decoder()),
            ProblemListener.STOP);
    source.requireTrainable();
    return recipe.losses().hard() > 0 ? source.labelled() : source;
  }

  private static PreprocessorSettings preprocessing(
      Recipe.PictureSettings pictures, int patchSize) {
    PreprocessorSettings published = PreprocessorSettings.defaults();
    return pictures.shorterSide() == 0
        ? new PreprocessorSettings(
            false,
            patchSize,
            patchSize,
            published.mean(),
            published.std(),
            published.orientation(),
            published.alpha())
        : PreprocessorSettings.ofShorter(pictures.shorterSide());
  }

  private static Model initial(
      Recipe recipe,
      Architecture architecture,
      Task task,
      Optional<TrainedModel> teacher,
      Optional<TrainedModel> start,
      Device device) {
    return switch (recipe.start()) {
      case Recipe.SCRATCH -> fresh(recipe, architecture, task.head(), device);
      case Recipe.FROM_TEACHER -> fromTeacher(recipe, architecture, task.head(), teacher, device);
      default -> from(recipe, architecture, task, start.orElseThrow(), device);
    };
  }

  private static Model fresh(Recipe recipe, Architecture architecture, Head head, Device device) {
    return switch (recipe.model().kind()) {
      case FUSION ->
          FusionModel.initialised(
              architecture, head, recipe.seed(), recipe.model().initialisation(), device);
      case DUAL ->
          DualEncoder.initialised(
              architecture, head, recipe.seed(), recipe.model().initialisation(), device);
    };
  }

  private static Model fromTeacher(
      Recipe recipe,
      Architecture architecture,
      Head head,
      Optional<TrainedModel> teacher,
      Device device) {
    if (teacher.isPresent() && teacher.get().model() instanceof FusionModel fusion) {
      return towersOf(fusion, recipe, architecture, head, device);
    }
    throw new InputException(
        "recipe %s: teacher: found a dual encoder, allowed is a fusion model for start: teacher"
            .formatted(recipe.name()));
  }

  private static DualEncoder towersOf(
      FusionModel fusion, Recipe recipe, Architecture architecture, Head head, Device device) {
    return TowerInitialisation.fromTeacher(
        fusion,
        architecture,
        head,
        TowerInitialisation.Classifier.FRESH,
        recipe.model().initialisation(),
        recipe.seed(),
        device);
  }

  /** What a model of a folder has learnt; a fusion model's become both towers of a dual encoder. */
  private static Model from(
      Recipe recipe, Architecture architecture, Task task, TrainedModel start, Device device) {
    if (recipe.model().kind() == Recipe.ModelKind.DUAL
        && start.model() instanceof FusionModel fusion) {
      return towersOf(fusion, recipe, architecture, task.head(), device);
    }
    boolean sameAnswers =
        task.head().name().equals(start.task().head().name())
            && task.answers().equals(start.task().answers());
    Model model = fresh(recipe, architecture, task.head(), device);
    try {
      WarmStart.inherit(model, start.model(), sameAnswers);
      return model;
    } catch (InputException problem) {
      model.close();
      throw new InputException(
          "recipe %s: start %s: %s".formatted(recipe.name(), recipe.start(), problem.getMessage()),
          problem);
    }
  }

  @Override
  public void close() {
    training.close();
  }
}

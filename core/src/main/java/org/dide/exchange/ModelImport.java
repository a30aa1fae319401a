package org.dide.exchange;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.AnswerVocabulary;
import org.dide.data.TaskName;
import org.dide.hub.ModelFolder;
import org.dide.hub.Provenance;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Absent;
import org.dide.model.Architecture;
import org.dide.model.Initialisation;
import org.dide.model.Model;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.TensorFile;
import org.dide.text.Vocabulary;

/**
 * Brings a model of elsewhere in: a folder of the transformers library, or a file of parameters by
 * the reference's names. All of it is data; nothing in it is run.
 */
public final class ModelImport {
  private ModelImport() {}

  /**
   * A model that was brought in, with everything needed to ask it.
   *
   * @param trained it, to be closed by the caller
   * @param parts what it was made of
   */
  public record Imported(TrainedModel trained, Parts parts) {}

  /**
   * A model and what it was made of.
   *
   * @param model it, to be closed by the caller
   * @param task what it does
   * @param description what the files held, for people
   * @param drawn parameters that were absent and are drawn
   * @param leftOut tensors that were there and are not used
   */
  public record Parts(
      Model model, Task task, String description, List<String> drawn, List<String> leftOut) {
    /** Keeps unmodifiable copies of the lists. */
    public Parts {
      drawn = List.copyOf(drawn);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * Reads a model and how to ask it.
   *
   * @param source a folder of the transformers library, a torch checkpoint or a safetensors file
   * @throws InputException if it cannot be read, if parameters are missing, misshapen or left over,
   *     or if something that it does not say is not said by the settings either
   */
  public static Imported read(Path source, ImportSettings settings, Device device) {
    try (Scope scope = Scope.open()) {
      ForeignModel foreign = foreign(source, settings);
      Vocabulary vocabulary = vocabulary(foreign, settings);
      PreprocessorSettings preprocessing = preprocessing(foreign, settings);
      Provenance provenance =
          Provenance.now(List.of(), recipe(foreign, settings), settings.seed(), "");
      Parts parts = parts(foreign, settings, device);
      return new Imported(
          new TrainedModel(parts.model(), parts.task(), vocabulary, preprocessing, provenance),
          parts);
    }
  }

  /**
   * Reads a model alone.
   *
   * @param source as for {@link #read}
   * @throws InputException as {@link #read} does, but for vocabulary and preprocessing
   */
  public static Parts readModel(Path source, ImportSettings settings, Device device) {
    try (Scope scope = Scope.open()) {
      return parts(foreign(source, settings), settings, device);
    }
  }

  private static Parts parts(ForeignModel foreign, ImportSettings settings, Device device) {
    TaskName name = settings.task().orElse(foreign.task());
    Task task = task(foreign, name, settings);
    Architecture architecture = architecture(foreign, name, settings);
    TensorFitting fitting = new TensorFitting(architecture.gridSize(), architecture.modalities());
    Predicate<String> unwanted = NamePattern.any(settings.leftOut());
    List<String> leftOut = new ArrayList<>();
    Map<String, Tensor> wanted = new LinkedHashMap<>();
    ourNames(foreign, task)
        .forEach(
            (key, tensor) -> {
              if (unwanted.test(key)) {
                leftOut.add(key);
              } else {
                wanted.put(key, fitting.fit(key, tensor));
              }
            });
    Model model =
        foreign
            .kind()
            .load(architecture, task.head(), wanted, absent(settings), foreign.origin(), device);
    ModelFolder.requireFinite(foreign.origin(), model);
    List<String> drawn = new ArrayList<>(model.parameters().tensors().keySet());
    drawn.removeAll(wanted.keySet());
    return new Parts(model, task, foreign.description(), drawn, leftOut);
  }

  private static Task task(ForeignModel foreign, TaskName name, ImportSettings settings) {
    try {
      return Task.named(name, answers(foreign, name, settings));
    } catch (InputException problem) {
      throw new InputException("%s: %s".formatted(foreign.origin(), problem.getMessage()), problem);
    }
  }

  private static Absent absent(ImportSettings settings) {
    return new Absent(
        NamePattern.any(settings.allowedMissing()), settings.seed(), Initialisation.PUBLISHED);
  }

  /** The model in a folder or a file, as its files tell of it; tensors are the scope's. */
  static ForeignModel foreign(Path source, ImportSettings settings) {
    if (Files.isDirectory(source)) {
      return HuggingFaceFolder.read(source);
    }
    try (TensorFile file = ParameterFiles.open(source)) {
      return ReferenceCheckpoint.of(source, file.tensors(), Hyperparameters.of(file), settings);
    }
  }

  static Map<String, Tensor> ourNames(ForeignModel foreign, Task task) {
    return foreign.names() == ForeignModel.Names.HUGGING_FACE
        ? HuggingFaceNames.toOurs(foreign.tensors(), task.head(), foreign.origin())
        : foreign.tensors();
  }

  private static List<String> answers(
      ForeignModel foreign, TaskName task, ImportSettings settings) {
    if (!task.classes().isEmpty()) {
      return task.classes();
    }
    List<String> answers =
        settings.answers().map(AnswerVocabulary::answers).orElse(foreign.answers());
    int classes = foreign.classes();
    if (answers.isEmpty() || (classes > 0 && answers.size() != classes)) {
      throw new InputException(
          "answers: found %d named, needed are %s, in the order of their classes"
              .formatted(answers.size(), classes > 0 ? "" + classes : "at least one"));
    }
    return answers;
  }

  private static Architecture architecture(
      ForeignModel foreign, TaskName task, ImportSettings settings) {
    Architecture own = foreign.architecture().withModalities(1 + task.pictures());
    try {
      return settings.imageSize().isPresent()
          ? own.withImageSize(settings.imageSize().getAsInt())
          : own;
    } catch (InputException problem) {
      throw new InputException("%s: %s".formatted(foreign.origin(), problem.getMessage()), problem);
    }
  }

  private static Vocabulary vocabulary(ForeignModel foreign, ImportSettings settings) {
    Vocabulary vocabulary =
        settings
            .vocabulary()
            .or(foreign::vocabulary)
            .orElseThrow(
                () ->
                    new InputException(
                        "%s: comes without a vocabulary, and none is given"
                            .formatted(foreign.origin())));
    int rows = foreign.architecture().vocabularySize();
    if (vocabulary.size() > rows) {
      throw new InputException(
          "%s: vocabulary: found %d tokens, allowed are at most %d, the rows of the word embedding"
              .formatted(foreign.origin(), vocabulary.size(), rows));
    }
    return vocabulary;
  }

  private static PreprocessorSettings preprocessing(ForeignModel foreign, ImportSettings settings) {
    PreprocessorSettings own =
        foreign
            .preprocessing()
            .orElseGet(() -> PreprocessorSettings.ofShorter(foreign.architecture().imageSize()));
    return settings.imageSize().isPresent()
        ? own.withShorter(settings.imageSize().getAsInt())
        : own;
  }

  private static String recipe(ForeignModel foreign, ImportSettings settings) {
    String drawn =
        settings.allowedMissing().isEmpty()
            ? ""
            : "\n  # what was absent of %s was drawn".formatted(settings.allowedMissing());
    return "# brought in: %s%s\n".formatted(foreign.description(), drawn);
  }
}

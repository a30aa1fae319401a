package org.dide.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.bytedeco.pytorch.global.torch.isfinite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.dide.AtomicFolder;
import org.dide.InputException;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Absent;
import org.dide.model.Model;
import org.dide.model.Parameters;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.SafetensorsFile;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.text.Vocabulary;

/**
 * Saves and loads models as folders, with the file names of Hugging Face. All of it is data; no
 * file holds code, and loading runs none.
 *
 * <ul>
 *   <li>{@code config.json}: which model for which task, see {@link ModelConfiguration}
 *   <li>{@code preprocessor_config.json}: an object with every field of {@link
 *       PreprocessorSettings}, enumerations in lower case
 *   <li>{@code vocab.txt}: the tokens, see {@link Vocabulary}; at most as many as the
 *       configuration's {@code vocabularySize}
 *   <li>{@code model.safetensors}: the parameters under the reference implementation's names,
 *       float32; other floating-point types are read and converted
 *   <li>{@code provenance.json}: where the model comes from, see {@link Provenance}
 *   <li>{@code README.md}: a model card for people, see {@link ModelCard}; not read
 * </ul>
 *
 * <p>Other files in the folder are left alone by {@link #load} and removed by {@link #save}.
 */
public final class ModelFolder {
  /** Which model for which task. */
  public static final String CONFIGURATION = "config.json";

  /** How pictures are prepared. */
  public static final String PREPROCESSING = "preprocessor_config.json";

  /** The tokens. */
  public static final String VOCABULARY = "vocab.txt";

  /** The parameters. */
  public static final String PARAMETERS = "model.safetensors";

  /** Where the model comes from. */
  public static final String PROVENANCE = "provenance.json";

  /** What a person reads first. */
  public static final String CARD = "README.md";

  /** Largest JSON file in bytes. */
  private static final long MAXIMUM_JSON = 4 << 20;

  /** Largest side to which pictures may be resized, in pixels. */
  private static final int MAXIMUM_SIDE = 4096;

  private ModelFolder() {}

  /**
   * Saves a model, replacing what is there; see {@link AtomicFolder} for what a crash leaves.
   *
   * @throws InputException if the folder cannot be written
   */
  public static void save(Path folder, TrainedModel trained) {
    AtomicFolder.write(
        folder,
        aside -> {
          write(aside, CONFIGURATION, JsonText.indented(ModelConfiguration.of(trained)));
          write(aside, PREPROCESSING, JsonText.indented(trained.preprocessing()));
          trained.vocabulary().write(aside.resolve(VOCABULARY));
          SafetensorsWriter.write(
              aside.resolve(PARAMETERS),
              trained.model().parameters().tensors(),
              Map.of("format", "pt")); // transformers refuses files that do not say so
          write(aside, PROVENANCE, JsonText.indented(trained.provenance()));
          write(aside, CARD, ModelCard.of(trained));
        });
  }

  /**
   * Loads a model.
   *
   * @throws InputException if a file is missing or does not say what it must, naming it
   */
  public static TrainedModel load(Path folder, Device device) {
    Path current = AtomicFolder.current(folder);
    if (!Files.isDirectory(current)) {
      throw new InputException("%s: there is no such model folder".formatted(folder));
    }
    ModelConfiguration configuration = read(current, CONFIGURATION, ModelConfiguration.class);
    PreprocessorSettings preprocessing = preprocessing(current, configuration);
    Vocabulary vocabulary = vocabulary(current, configuration);
    Provenance provenance = read(current, PROVENANCE, Provenance.class);
    Task task = task(current, configuration);
    Model model = model(current.resolve(PARAMETERS), configuration, task, device);
    return new TrainedModel(model, task, vocabulary, preprocessing, provenance);
  }

  /**
   * Where a model comes from, without loading it.
   *
   * @throws InputException if the file is missing or does not say what it must
   */
  public static Provenance provenance(Path folder) {
    return read(AtomicFolder.current(folder), PROVENANCE, Provenance.class);
  }

  private static Task task(Path folder, ModelConfiguration configuration) {
    try {
      Task task = configuration.task().task();
      task.head(); // refuses answers that no head can tell apart
      return task;
    } catch (InputException problem) {
      throw new InputException(
          "%s: %s".formatted(folder.resolve(CONFIGURATION), problem.getMessage()), problem);
    }
  }

  private static PreprocessorSettings preprocessing(Path folder, ModelConfiguration configuration) {
    PreprocessorSettings settings = read(folder, PREPROCESSING, PreprocessorSettings.class);
    if (settings.shorter() > MAXIMUM_SIDE) {
      throw new InputException(
          "%s: shorter: found %d, allowed are at most %d"
              .formatted(folder.resolve(PREPROCESSING), settings.shorter(), MAXIMUM_SIDE));
    }
    if (settings.sizeMultiple() % configuration.architecture().patchSize() != 0) {
      throw new InputException(
          "%s: sizeMultiple: found %d, allowed are multiples of %d, the patch size in %s"
              .formatted(
                  folder.resolve(PREPROCESSING),
                  settings.sizeMultiple(),
                  configuration.architecture().patchSize(),
                  CONFIGURATION));
    }
    return settings;
  }

  private static Vocabulary vocabulary(Path folder, ModelConfiguration configuration) {
    Path file = folder.resolve(VOCABULARY);
    requireFile(file);
    Vocabulary vocabulary = Vocabulary.read(file);
    if (vocabulary.size() > configuration.architecture().vocabularySize()) {
      throw new InputException(
          "%s: found %d tokens, allowed are at most %d, the vocabularySize in %s"
              .formatted(
                  file,
                  vocabulary.size(),
                  configuration.architecture().vocabularySize(),
                  CONFIGURATION));
    }
    return vocabulary;
  }

  private static Model model(
      Path file, ModelConfiguration configuration, Task task, Device device) {
    try (Scope scope = Scope.open();
        SafetensorsFile tensors = SafetensorsFile.open(file)) {
      Model model =
          configuration
              .kind()
              .load(
                  configuration.architecture(),
                  task.head(),
                  tensors.tensors(),
                  Absent.NOTHING,
                  file.toString(),
                  device);
      requireFinite(file.toString(), model);
      return model;
    }
  }

  /**
   * Refuses a model with a parameter that is infinite or not a number, and closes it.
   *
   * @param origin names its file in the error
   */
  public static void requireFinite(String origin, Model model) {
    Parameters parameters = model.parameters();
    for (String name : parameters.tensors().keySet()) {
      try (Scope scope = Scope.open()) {
        if (!isfinite(parameters.tensors().get(name)).all().item_bool()) {
          model.close();
          throw new InputException(
              "%s: tensor %s: holds values that are infinite or not numbers"
                  .formatted(origin, name));
        }
      }
    }
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text, UTF_8);
  }

  private static <R extends Record> R read(Path folder, String name, Class<R> type) {
    Path file = folder.resolve(name);
    requireFile(file);
    return JsonText.read(file, MAXIMUM_JSON, type);
  }

  private static void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "%s: there is no such file; a model folder needs %s"
              .formatted(
                  file,
                  String.join(
                      ", ", CONFIGURATION, PREPROCESSING, VOCABULARY, PARAMETERS, PROVENANCE)));
    }
  }
}

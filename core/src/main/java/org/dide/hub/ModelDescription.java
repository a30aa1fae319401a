package org.dide.hub;

import java.nio.file.Path;
import java.util.List;
import org.dide.AtomicFolder;
import org.dide.data.TaskName;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.tensor.Device;

/**
 * Everything that a model folder tells about its model.
 *
 * @param kind fusion or dual
 * @param task its name
 * @param answers by class
 * @param architecture its sizes
 * @param preprocessing of its pictures
 * @param tokens in its vocabulary
 * @param fingerprint names it by its content, see {@link TrainedModel#fingerprint}
 * @param parameters what its parameter file holds
 * @param provenance where it comes from
 */
public record ModelDescription(
    ModelKind kind,
    TaskName task,
    List<String> answers,
    Architecture architecture,
    PreprocessorSettings preprocessing,
    int tokens,
    String fingerprint,
    TensorInventory parameters,
    Provenance provenance) {
  /** Keeps an unmodifiable copy of the list. */
  public ModelDescription {
    answers = List.copyOf(answers);
  }

  /**
   * Loads a model and describes it.
   *
   * @throws org.dide.InputException if the folder holds no sound model
   */
  public static ModelDescription of(Path folder) {
    try (TrainedModel trained = ModelFolder.load(folder, Device.CPU)) {
      return new ModelDescription(
          ModelKind.of(trained.model()),
          trained.task().name(),
          trained.task().answers(),
          trained.model().architecture(),
          trained.preprocessing(),
          trained.vocabulary().size(),
          trained.fingerprint(),
          TensorInventory.of(AtomicFolder.current(folder).resolve(ModelFolder.PARAMETERS)),
          trained.provenance());
    }
  }
}

package org.dide.hub;

import java.util.List;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.model.Architecture;
import org.dide.task.Task;

/**
 * What {@code config.json} of a model folder says: which model, how large, for which task.
 *
 * <pre>{@code
 * {
 *   "format": "dide",
 *   "version": 1,
 *   "kind": "dual",
 *   "architecture": {"width": 128, "heads": 4, ...},
 *   "task": {"name": "vqa", "answers": ["no", "yes"]}
 * }
 * }</pre>
 *
 * <p>{@code kind} is {@code fusion} or {@code dual}; {@code architecture} has every field of {@link
 * Architecture}, {@code join} only if it is an attentive one; {@code answers} are in the order of
 * classes. Every key must be there and no other.
 *
 * <p>Versions: 1, the first.
 *
 * @param format always {@code dide}
 * @param version of this format
 * @param kind of the model
 * @param architecture its sizes
 * @param task what it does
 */
record ModelConfiguration(
    String format, int version, ModelKind kind, Architecture architecture, TaskSettings task) {
  static final String FORMAT = "dide";
  static final int VERSION = 1;

  /** Parameters that a folder may ask for. */
  static final double MAXIMUM_PARAMETERS = 10e9;

  private static final int CHANNELS = 3;

  /**
   * The task.
   *
   * @param name as {@link Task#name}
   * @param answers by class
   */
  record TaskSettings(TaskName name, List<String> answers) {
    TaskSettings {
      answers = List.copyOf(answers);
    }

    Task task() {
      return Task.named(name, answers);
    }
  }

  /** Refuses other formats and sizes that no machine should try to allocate. */
  ModelConfiguration {
    if (!format.equals(FORMAT)) {
      throw new InputException("format: found '%s', allowed is %s".formatted(format, FORMAT));
    }
    if (version != VERSION) {
      throw new InputException("version: found %d, allowed is %d".formatted(version, VERSION));
    }
    double parameters = parameters(kind, architecture, task.answers().size());
    if (parameters > MAXIMUM_PARAMETERS) {
      throw new InputException(
          "architecture: asks for %.0f parameters, allowed are at most %.0f"
              .formatted(parameters, MAXIMUM_PARAMETERS));
    }
  }

  static ModelConfiguration of(TrainedModel trained) {
    return new ModelConfiguration(
        FORMAT,
        VERSION,
        ModelKind.of(trained.model()),
        trained.model().architecture(),
        new TaskSettings(trained.task().name(), trained.task().answers()));
  }

  /** The number of parameters to within a hundredth; in floating point, which cannot overflow. */
  private static double parameters(ModelKind kind, Architecture sizes, int classes) {
    double width = sizes.width();
    double patch = CHANNELS * Math.pow(sizes.patchSize(), 2);
    double rows = sizes.maxTextLength() + Math.pow(sizes.gridSize(), 2) + patch + width;
    double encoder =
        width * (sizes.vocabularySize() + rows)
            + sizes.depth() * width * width * (4 + 2.0 * sizes.mlpRatio());
    double join =
        sizes
            .join()
            .map(of -> width * (of.vectors() + width * (4 + 16.0 * of.layers())))
            .orElse(0.0);
    double head = 2 * width * (2 * width + classes) + join;
    return kind == ModelKind.FUSION ? encoder + head : 2 * encoder + 6 * width * width + head;
  }
}

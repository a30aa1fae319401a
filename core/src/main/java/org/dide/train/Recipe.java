package org.dide.train;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.data.source.DataSettings;
import org.dide.image.AugmentOperation;
import org.dide.model.Architecture;
import org.dide.model.Initialisation;
import org.dide.tensor.Precision;

/**
 * A training, completely: what is trained, on what, from what, towards what and how. Read from YAML
 * by {@link Recipes}; every setting has a default there.
 *
 * @param name names the run
 * @param task what is asked
 * @param seed of every draw
 * @param model what is trained
 * @param start parameters to begin with: {@code scratch}, {@code teacher}, or a model folder
 * @param teacher a model folder, or empty
 * @param data what it is trained on
 * @param pictures how pictures are prepared
 * @param losses what is minimised
 * @param retrieval which pairs of a batch a fusion encoder looks at, where the task is retrieval
 * @param pretraining what is asked of captions, where the task is pretraining
 * @param steps length in steps, or 0 to count epochs
 * @param epochs length in times the data is seen, where steps is 0
 * @param clip largest norm of the gradient of all parameters together, or 0 for any
 * @param optimizer how
 * @param schedule at which rate
 * @param batch in which portions
 * @param compute on what
 * @param evaluation how often dev is looked at
 */
public record Recipe(
    String name,
    TaskName task,
    long seed,
    ModelSettings model,
    String start,
    String teacher,
    DataSettings data,
    PictureSettings pictures,
    LossWeights losses,
    RetrievalSettings retrieval,
    PretrainingSettings pretraining,
    long steps,
    double epochs,
    double clip,
    OptimizerSettings optimizer,
    ScheduleSettings schedule,
    BatchSettings batch,
    ComputeSettings compute,
    EvaluationSettings evaluation) {

  /** Start from freshly drawn parameters. */
  public static final String SCRATCH = "scratch";

  /** Start both towers from the teacher's parameters. */
  public static final String FROM_TEACHER = "teacher";

  /** Refuses combinations that cannot work. */
  public Recipe {
    require(steps >= 0, "steps", steps, "0 (by epochs) or more");
    require(epochs > 0 && Double.isFinite(epochs), "epochs", epochs, "above 0");
    require(clip >= 0 && Double.isFinite(clip), "clip", clip, "0 (any norm) or more");
    if (teacher.isEmpty() && (losses.needTeacher() || start.equals(FROM_TEACHER))) {
      throw new InputException("teacher: found none, but a loss or the start asks for one");
    }
    if (task == TaskName.PRETRAINING) {
      pretraining.requireSuited(model.kind(), losses);
    }
    requireSuitedJoin(task, model, losses);
    requireFree(model.overrides());
    if (start.isBlank()) {
      throw new InputException("start: found none, allowed are scratch, teacher or a model folder");
    }
    if (start.equals(FROM_TEACHER) && model.kind() == ModelKind.FUSION) {
      throw new InputException(
          "start: found 'teacher' for a fusion model, allowed are scratch or a model folder");
    }
  }

  /** What the data and the task decide. */
  private static void requireFree(Map<String, Object> overrides) {
    for (String key : List.of("vocabulary-size", "modalities")) {
      if (overrides.containsKey(key)) {
        throw new InputException(
            "model: overrides: %s: found %s, allowed is none: the vocabulary and the task decide it"
                .formatted(key, overrides.get(key)));
      }
    }
  }

  private static void requireSuitedJoin(TaskName task, ModelSettings model, LossWeights losses) {
    if (model.attends() && (model.kind() == ModelKind.FUSION || !task.answers())) {
      throw new InputException(
          "model: overrides: join: found one for a %s model of the task %s, allowed is one for a dual model of a task with answers"
              .formatted(model.kind().name().toLowerCase(Locale.ROOT), task));
    }
    if (!model.attends() && losses.joinAttention() > 0) {
      throw new InputException(
          "losses: join-attention: found %s, allowed is 0 where no join attends (model.overrides.join)"
              .formatted(losses.joinAttention()));
    }
  }

  /** The folder of the model to start from; empty if it is not started from one. */
  public String startFolder() {
    return start.equals(SCRATCH) || start.equals(FROM_TEACHER) ? "" : start;
  }

  /** The length in steps, for data of some size. */
  public long totalSteps(int examples) {
    return steps > 0 ? steps : Math.max(1, (long) (epochs * examples / batch.size()));
  }

  /** Which of the two models. */
  public enum ModelKind {
    /** A fusion encoder: a teacher. */
    FUSION,
    /** Two towers: a student. */
    DUAL
  }

  /**
   * What is trained.
   *
   * @param kind fusion or dual
   * @param preset name of an architecture
   * @param overrides fields of the architecture that differ from the preset
   * @param initialisation how widely fresh weights are spread
   */
  public record ModelSettings(
      ModelKind kind, String preset, Map<String, Object> overrides, Initialisation initialisation) {
    /** Keeps an unmodifiable copy. */
    public ModelSettings {
      overrides = Map.copyOf(overrides);
    }

    /** Whether the join is an attentive one. */
    public boolean attends() {
      return overrides.containsKey("join");
    }

    /** The architecture, before its vocabulary is known. */
    public Architecture architecture() {
      return Recipes.override(Architecture.preset(preset), overrides, "model.overrides");
    }
  }

  /**
   * How pictures are prepared.
   *
   * @param shorterSide pixels of the shorter side after resizing, or 0 to leave pictures as they
   *     are
   * @param randAugment operations drawn for each training picture, or 0 for none
   * @param magnitude of those operations, 0 to 30
   * @param shift furthest move of a training picture in pixels, or 0
   * @param flip whether training pictures are mirrored half of the time
   */
  public record PictureSettings(
      int shorterSide, int randAugment, int magnitude, int shift, boolean flip) {
    /** Refuses what no picture can be prepared by. */
    public PictureSettings {
      require(shorterSide >= 0, "pictures: shorter-side", shorterSide, "0 (as it is) or more");
      require(randAugment >= 0, "pictures: rand-augment", randAugment, "0 (none) or more");
      require(
          magnitude >= 0 && magnitude <= AugmentOperation.MOST_MAGNITUDE,
          "pictures: magnitude",
          magnitude,
          "0 to " + AugmentOperation.MOST_MAGNITUDE);
      require(shift >= 0, "pictures: shift", shift, "0 (none) or more");
    }
  }

  /**
   * Which pairs of a batch a fusion encoder looks at, be it model or teacher. A dual encoder looks
   * at all of them.
   *
   * @param others pictures beside each text's own, and so texts beside each picture's own; 0 for
   *     all, which grows with the square of the batch
   */
  public record RetrievalSettings(int others) {
    /** Refuses what cannot be drawn. */
    public RetrievalSettings {
      require(others >= 0, "retrieval: others", others, "0 (all) or more");
    }
  }

  /**
   * In which portions.
   *
   * @param size examples a step
   * @param micro examples a forward pass; must divide the size
   * @param byPicture whether an epoch goes from picture to picture, all examples about one
   *     together, so that each picture of a forward pass is prepared and encoded once
   */
  public record BatchSettings(int size, int micro, boolean byPicture) {
    /** Refuses portions that do not add up. */
    public BatchSettings {
      if (size < 1 || micro < 1 || size % micro != 0) {
        throw new InputException(
            "batch: found size %d and micro %d, allowed is a micro that divides the size"
                .formatted(size, micro));
      }
    }

    /** Forward passes a step. */
    public int accumulate() {
      return size / micro;
    }
  }

  /**
   * On what.
   *
   * @param device {@code cpu}, {@code cuda}, {@code cuda:N}
   * @param precision {@code fp32} or {@code bf16}
   * @param threads of the engine, or 0 for one a core
   * @param loaders threads that prepare data
   */
  public record ComputeSettings(String device, String precision, int threads, int loaders) {
    /** Refuses what nothing can be computed on. */
    public ComputeSettings {
      Precision.of(precision);
      require(threads >= 0, "compute: threads", threads, "0 (one a core) or more");
      require(loaders >= 1, "compute: loaders", loaders, "at least 1");
    }
  }

  /**
   * How often dev is looked at, and how often the run is saved.
   *
   * @param everySteps steps from one look to the next, or 0 for once an epoch
   * @param limit examples of dev looked at, or 0 for all
   * @param batch examples a forward pass
   * @param pairs most pairs of text and picture that a fusion encoder is run over in retrieval, or
   *     0 for all
   * @param checkpointSteps steps from one checkpoint to the next
   */
  public record EvaluationSettings(
      int everySteps, int limit, int batch, long pairs, int checkpointSteps) {
    /** Refuses what would never end, or never save. */
    public EvaluationSettings {
      require(everySteps >= 0, "evaluation: every-steps", everySteps, "0 (by epochs) or more");
      require(limit >= 0, "evaluation: limit", limit, "0 (all) or more");
      require(batch >= 1, "evaluation: batch", batch, "at least 1");
      require(pairs >= 0, "evaluation: pairs", pairs, "0 (all) or more");
      require(checkpointSteps >= 1, "evaluation: checkpoint-steps", checkpointSteps, "at least 1");
    }
  }

  private static void require(boolean holds, String key, Number found, String allowed) {
    if (!holds) {
      throw new InputException("%s: found %s, allowed is %s".formatted(key, found, allowed));
    }
  }
}

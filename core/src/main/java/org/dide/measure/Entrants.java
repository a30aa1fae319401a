package org.dide.measure;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.ImageSize;
import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.tensor.Device;

/** A teacher and a student, whose speed is compared. */
public sealed interface Entrants {
  /** What reports call them. */
  String name();

  /** What both are asked. */
  List<TaskName> tasks();

  /** Of what a whole collection is asked. */
  List<TaskName> collections();

  /** The size of the pictures they look at. */
  ImageSize pictures();

  /** The teacher of a task; the caller closes it. */
  TrainedModel teacher(TaskName task);

  /** The student of a task; the caller closes it. */
  TrainedModel student(TaskName task);

  /** Pictures of a model's own size, of which alone all states are stored. */
  private static ImageSize square(Architecture sizes) {
    return new ImageSize(sizes.imageSize(), sizes.imageSize());
  }

  private static boolean storesAllStates(Optional<AttentiveSizes> join) {
    return join.filter(AttentiveSizes::keepsAllStates).isPresent();
  }

  /**
   * Models of drawn weights.
   *
   * @param shape their sizes
   * @param seed of the weights
   * @param join of the student, if it is an attentive one
   */
  record Drawn(Shape shape, long seed, Optional<AttentiveSizes> join) implements Entrants {
    /** The student has the paper's join. */
    public Drawn(Shape shape, long seed) {
      this(shape, seed, Optional.empty());
    }

    @Override
    public String name() {
      return join.map(sizes -> "%s, %s".formatted(shape, told(sizes))).orElse(shape.toString());
    }

    private static String told(AttentiveSizes sizes) {
      return sizes.keepsAllStates()
          ? "attentive join over all states"
          : "attentive join over %d vectors".formatted(sizes.vectors());
    }

    @Override
    public List<TaskName> tasks() {
      return List.of(TaskName.VQA, TaskName.REASONING);
    }

    @Override
    public List<TaskName> collections() {
      return List.of(TaskName.VQA, TaskName.ENTAILMENT);
    }

    @Override
    public ImageSize pictures() {
      return storesAllStates(join) ? square(shape.sizes()) : shape.pictures();
    }

    @Override
    public TrainedModel teacher(TaskName task) {
      return shape.teacher(task, seed);
    }

    @Override
    public TrainedModel student(TaskName task) {
      return shape.student(task, seed, join);
    }
  }

  /**
   * Models in folders.
   *
   * @param teacherFolder a fusion model's
   * @param studentFolder a dual encoder's
   * @param task of both
   * @param pictures as large as a photograph, or as their position embeddings where nothing is
   *     resized or all states are stored
   */
  record Stored(Path teacherFolder, Path studentFolder, TaskName task, ImageSize pictures)
      implements Entrants {
    private static final ImageSize PHOTOGRAPH = new ImageSize(640, 480);

    /**
     * Looks at the models.
     *
     * @throws InputException if they cannot be loaded, are of the wrong kind, or differ in what
     *     they answer
     */
    public static Stored of(Path teacherFolder, Path studentFolder) {
      try (TrainedModel teacher = ModelFolder.load(teacherFolder, Device.CPU);
          TrainedModel student = ModelFolder.load(studentFolder, Device.CPU)) {
        require(teacherFolder, teacher.model() instanceof FusionModel, "a fusion model");
        require(studentFolder, student.model() instanceof DualEncoder, "a dual encoder");
        require(
            studentFolder,
            student.model().head() instanceof Head.Classifier
                && student.model().head().equals(teacher.model().head()),
            "a model that answers the same as " + teacherFolder);
        Architecture sizes = student.model().architecture();
        boolean asStored = storesAllStates(sizes.join());
        return new Stored(
            teacherFolder,
            studentFolder,
            student.task().name(),
            student.preprocessing().resize() && !asStored ? PHOTOGRAPH : square(sizes));
      }
    }

    private static void require(Path folder, boolean holds, String allowed) {
      if (!holds) {
        throw new InputException(
            "%s: found another model, allowed is %s".formatted(folder, allowed));
      }
    }

    @Override
    public String name() {
      return "%s, %s".formatted(teacherFolder, studentFolder);
    }

    @Override
    public List<TaskName> tasks() {
      return List.of(task);
    }

    @Override
    public List<TaskName> collections() {
      return task.pictures() == 1 ? List.of(task) : List.of();
    }

    @Override
    public TrainedModel teacher(TaskName asked) {
      return ModelFolder.load(teacherFolder, Device.CPU);
    }

    @Override
    public TrainedModel student(TaskName asked) {
      return ModelFolder.load(studentFolder, Device.CPU);
    }
  }
}

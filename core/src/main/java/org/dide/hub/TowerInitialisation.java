package org.dide.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.distill.Layers;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.model.Initialisation;
import org.dide.tensor.Device;

/**
 * Starts a student from its teacher, as the reference does: both towers begin with the fusion
 * encoder's parameters, each with those it has a use for, and the join begins fresh. A shallower
 * student begins with blocks spread evenly over the teacher's, the last with the last.
 */
public final class TowerInitialisation {
  private static final List<String> TOWERS =
      List.of(DualEncoder.IMAGE_TOWER + ".", DualEncoder.TEXT_TOWER + ".");
  private static final Pattern BLOCK = Pattern.compile("(transformer\\.blocks\\.)(\\d+)(\\..*)");

  private TowerInitialisation() {}

  /** How the student's classifier begins. */
  public enum Classifier {
    /** Freshly drawn (the reference). */
    FRESH,
    /** The teacher's, whose head must be the same. */
    COPIED
  }

  /** A student with a fresh classifier, what is fresh being spread as published. */
  public static DualEncoder fromTeacher(
      FusionModel teacher, Architecture architecture, Head head, long seed, Device device) {
    return fromTeacher(
        teacher, architecture, head, Classifier.FRESH, Initialisation.PUBLISHED, seed, device);
  }

  /**
   * A student.
   *
   * @param architecture the student's; differs from the teacher's at most in dropout, patches kept,
   *     by fewer blocks, and by a third modality, which then begins as the second
   * @param initialisation of what is fresh
   * @param seed of what is drawn
   * @throws InputException if architectures, or heads where the classifier is copied, do not agree
   */
  public static DualEncoder fromTeacher(
      FusionModel teacher,
      Architecture architecture,
      Head head,
      Classifier classifier,
      Initialisation initialisation,
      long seed,
      Device device) {
    requireSameSizes(teacher.architecture(), architecture);
    if (classifier == Classifier.COPIED && !teacher.head().equals(head)) {
      throw new InputException(
          "the classifier cannot be copied: the teacher's is %s, the student's %s"
              .formatted(teacher.head(), head));
    }
    DualEncoder student = DualEncoder.initialised(architecture, head, seed, initialisation, device);
    student
        .parameters()
        .tensors()
        .forEach(
            (name, parameter) ->
                origin(name, head, classifier)
                    .map(origin -> inTeacher(origin, architecture, teacher.architecture()))
                    .ifPresent(
                        origin -> ModalityRows.assign(student, name, found(teacher, origin))));
    return student;
  }

  /** Name of the teacher's parameter that a student's begins as. */
  private static Optional<String> origin(String name, Head head, Classifier classifier) {
    for (String tower : TOWERS) {
      if (name.startsWith(tower)) {
        return Optional.of(name.substring(tower.length()));
      }
    }
    return classifier == Classifier.COPIED && name.startsWith(head.name() + ".")
        ? Optional.of(name)
        : Optional.empty();
  }

  /** The same name, but in the block of the teacher that a block of the student begins as. */
  private static String inTeacher(String name, Architecture student, Architecture teacher) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return name;
    }
    int own = Integer.parseInt(block.group(2));
    int taken = Layers.Rule.EVEN.pairs(student.depth(), teacher.depth()).get(own).teacher();
    return block.group(1) + taken + block.group(3);
  }

  private static Tensor found(FusionModel teacher, String name) {
    return Optional.ofNullable(teacher.parameters().tensors().get(name))
        .orElseThrow(() -> new IllegalStateException("the teacher has no parameter " + name));
  }

  private static void requireSameSizes(Architecture teacher, Architecture student) {
    List<String> differences = new ArrayList<>();
    compare("width", teacher.width(), student.width(), differences);
    compare("heads", teacher.heads(), student.heads(), differences);
    if (student.depth() > teacher.depth()) {
      differences.add(
          "depth: found %d, allowed is %d or less".formatted(student.depth(), teacher.depth()));
    }
    compare("mlpRatio", teacher.mlpRatio(), student.mlpRatio(), differences);
    compare("patchSize", teacher.patchSize(), student.patchSize(), differences);
    compare("imageSize", teacher.imageSize(), student.imageSize(), differences);
    compare("maxTextLength", teacher.maxTextLength(), student.maxTextLength(), differences);
    compare("vocabularySize", teacher.vocabularySize(), student.vocabularySize(), differences);
    if (student.modalities() < teacher.modalities()) {
      compare("modalities", teacher.modalities(), student.modalities(), differences);
    }
    if (!differences.isEmpty()) {
      throw new InputException(
          "a student that starts from its teacher must have its sizes: "
              + String.join(", ", differences));
    }
  }

  private static void compare(String field, int teacher, int student, List<String> differences) {
    if (teacher != student) {
      differences.add("%s: found %d, allowed is %d".formatted(field, student, teacher));
    }
  }
}

package org.dide.hub;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.DualEncoder;

/**
 * Which tensors of a checkpoint of the reference implementation belong to which of our models. The
 * names are the same; the reference only has more of them:
 *
 * <ul>
 *   <li>{@code text_embeddings.position_ids}, the numbers 0 … T-1;
 *   <li>both towers are complete encoders there, so the image tower carries text embeddings and the
 *       text tower a picture embedding, never used and never trained;
 *   <li>a student that is being distilled carries its teacher below {@code teacher_model}.
 * </ul>
 */
public final class ReferenceNames {
  /** Prefix of a teacher's parameters inside its student's checkpoint. */
  public static final String TEACHER = "teacher_model";

  private static final String POSITION_IDS = "text_embeddings.position_ids";
  private static final Pattern UNUSED_BY_TOWERS =
      Pattern.compile(
          Pattern.quote(DualEncoder.IMAGE_TOWER)
              + "\\.text_embeddings\\..*|"
              + Pattern.quote(DualEncoder.TEXT_TOWER)
              + "\\.transformer\\.(cls_token|pos_embed|patch_embed\\..*)");

  private ReferenceNames() {}

  /** What a fusion encoder, with or without a head, has of these tensors. */
  public static Map<String, Tensor> fusionEncoder(Map<String, Tensor> checkpoint) {
    return below("", checkpoint);
  }

  /** What a dual encoder has of these tensors; a teacher is left out. */
  public static Map<String, Tensor> dualEncoder(Map<String, Tensor> checkpoint) {
    Map<String, Tensor> student = below("", checkpoint);
    student.keySet().removeIf(name -> isUnused(name) || name.startsWith(TEACHER + "."));
    return student;
  }

  /** What the teacher inside a student's checkpoint has of these tensors, by its own names. */
  public static Map<String, Tensor> teacher(Map<String, Tensor> checkpoint) {
    return below(TEACHER + ".", checkpoint);
  }

  /** Whether a dual encoder of the reference has this parameter without ever using it. */
  public static boolean isUnused(String name) {
    return UNUSED_BY_TOWERS.matcher(name).matches();
  }

  /** Whether a tensor holds the numbers of positions, which is no parameter. */
  public static boolean isPositionIds(String name) {
    return name.endsWith(POSITION_IDS);
  }

  private static Map<String, Tensor> below(String prefix, Map<String, Tensor> checkpoint) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    checkpoint.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix) && !isPositionIds(name)) {
            found.put(name.substring(prefix.length()), tensor);
          }
        });
    return found;
  }
}

package org.dide.distill;

import static org.bytedeco.pytorch.global.torch.binary_cross_entropy_with_logits;
import static org.bytedeco.pytorch.global.torch.kl_div;
import static org.bytedeco.pytorch.global.torch.log_softmax;
import static org.bytedeco.pytorch.global.torch.softmax;

import java.util.function.BinaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Soft-label distillation (DiDE, section 3.3): the teacher's answers as targets. */
public final class SoftLabels {
  /** The engine's number for adding all elements up. */
  private static final long SUM = 2;

  private SoftLabels() {}

  /**
   * A soft-label loss at a temperature (Hinton et al., 2015): both models' logits are divided by
   * it, which shows the student more of the answers that the teacher thinks unlikely, and the loss
   * is multiplied by its square. Gradients of exclusive classes, which shrink with the square, then
   * keep their size; so do those of independent answers, which shrink alike, a sigmoid being the
   * softmax of two.
   *
   * @param loss of student and teacher logits; at temperature 1 it is called as it is
   */
  public static Tensor at(
      double temperature, Tensor student, Tensor teacher, BinaryOperator<Tensor> loss) {
    if (temperature == 1) {
      return loss.apply(student, teacher);
    }
    Scalar divisor = new Scalar(temperature);
    return loss.apply(student.div(divisor), teacher.div(divisor))
        .mul(new Scalar(temperature * temperature));
  }

  /**
   * For independent answers (VQA): binary cross-entropy against the teacher's probabilities, summed
   * over answers, averaged over examples.
   *
   * @param student {@code (B, C)} logits
   * @param teacher {@code (B, C)} logits
   */
  public static Tensor independent(Tensor student, Tensor teacher) {
    return binary_cross_entropy_with_logits(student, teacher.detach().sigmoid())
        .mul(new Scalar(student.size(1)));
  }

  /**
   * For exclusive classes: KL(teacher ‖ student) of softmaxes, averaged over examples.
   *
   * @param student {@code (B, C)} logits
   * @param teacher {@code (B, C)} logits
   */
  public static Tensor exclusive(Tensor student, Tensor teacher) {
    return kl_div(log_softmax(student, -1), softmax(teacher.detach(), -1), SUM, false)
        .div(new Scalar(student.size(0)));
  }
}

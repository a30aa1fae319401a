package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A trained or trainable answerer; who holds one need not know whether its sides ever meet. */
public sealed interface Model extends AutoCloseable permits FusionModel, DualEncoder {
  /** Runs the whole model over a batch. */
  default Observation observe(Inputs inputs, Mode mode) {
    return observe(inputs, plans(inputs), mode);
  }

  /**
   * Runs the whole model over a batch, looking at chosen patches.
   *
   * @param plans one for each picture of an example
   */
  Observation observe(Inputs inputs, List<PatchPlan> plans, Mode mode);

  /**
   * Captions and their pictures, as pre-training asks about them.
   *
   * @param plans one, for the pictures
   * @throws IllegalStateException if the model's head predicts no words
   */
  CaptionView view(Inputs inputs, List<PatchPlan> plans, Mode mode);

  /** The same, looking at the patches that the model chooses. */
  default CaptionView view(Inputs inputs, Mode mode) {
    return view(inputs, plans(inputs), mode);
  }

  /**
   * What the model makes of each example before its head does: pooled vectors side by side. A
   * fusion encoder has one for each picture beside its text; of two towers they are the text's, and
   * for each picture its own and their product, number by number.
   *
   * @return {@code (B, F)}
   */
  Tensor features(Inputs inputs, Mode mode);

  /** The patches that the model looks at if none are chosen for it, by picture of an example. */
  default List<PatchPlan> plans(Inputs inputs) {
    Architecture sizes = architecture();
    return inputs.pictures().stream()
        .map(pictures -> PatchPlan.of(pictures, sizes.patchSize(), sizes.maxPatches()))
        .toList();
  }

  /** The sizes of its encoder, or of each tower. */
  Architecture architecture();

  /** What stands on top. */
  Head head();

  /** Its parameters; the model owns them. */
  Parameters parameters();

  /** Brings parameters back into the ranges they have; to be called after each update of them. */
  default void constrain() {}

  /** Frees the parameters. */
  @Override
  default void close() {
    parameters().close();
  }
}

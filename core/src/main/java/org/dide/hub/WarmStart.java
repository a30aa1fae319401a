package org.dide.hub;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.model.Architecture;
import org.dide.model.AttentiveJoin;
import org.dide.model.AttentiveSizes;
import org.dide.model.Model;

/**
 * Starts a training from a model of the same kind that was trained before, for the same task or
 * another: what stands on top of the encoders is taken over if both give the same answers, and
 * stays as drawn if not.
 */
public final class WarmStart {
  private WarmStart() {}

  /**
   * Takes over what a trained model has learnt.
   *
   * @param fresh whose parameters are overwritten; differs from the trained model at most in its
   *     head, in its join, in dropout, in patches kept, and by a third modality, which then begins
   *     as the second; where an attentive join pools to another number of vectors, pooling stays as
   *     drawn
   * @param sameAnswers whether their heads mean the same; if not, the fresh one's stays
   * @throws InputException if kinds or sizes do not agree
   */
  public static void inherit(Model fresh, Model trained, boolean sameAnswers) {
    requireSame("kind", trained.getClass().getSimpleName(), fresh.getClass().getSimpleName());
    requireSame("sizes", comparable(trained.architecture()), comparable(fresh.architecture()));
    if (fresh.architecture().modalities() < trained.architecture().modalities()) {
      throw new InputException("found a model of pairs of pictures, allowed are those of one");
    }
    boolean samePooling = vectors(trained).equals(vectors(fresh));
    Map<String, Tensor> learnt = trained.parameters().tensors();
    for (String name : fresh.parameters().tensors().keySet()) {
      boolean fits = samePooling || !name.startsWith(AttentiveJoin.POOLING);
      if (fits && (sameAnswers || !fresh.head().owns(name))) {
        // A join that retrieval has no use for is not there.
        Optional.ofNullable(learnt.get(name))
            .ifPresent(value -> ModalityRows.assign(fresh, name, value));
      }
    }
  }

  private static Optional<Integer> vectors(Model model) {
    return model.architecture().join().map(AttentiveSizes::vectors);
  }

  private static void requireSame(String what, Object found, Object allowed) {
    if (!found.equals(allowed)) {
      throw new InputException("%s: found %s, allowed is %s".formatted(what, found, allowed));
    }
  }

  private static Architecture comparable(Architecture architecture) {
    return architecture
        .withModalities(2)
        .withDropout(0)
        .withMaxPatches(0)
        .withJoin(Optional.empty());
  }
}

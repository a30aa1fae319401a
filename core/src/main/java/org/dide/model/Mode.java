package org.dide.model;

import org.bytedeco.pytorch.Tensor;

/**
 * How a model is run.
 *
 * @param training whether dropout acts
 * @param tap sees what each block computes; for visualisation and verification
 */
public record Mode(boolean training, Tap tap) {
  /** Nothing is dropped, nothing is drawn. */
  public static final Mode EVALUATION = new Mode(false, Tap.NONE);

  /** Dropout acts. */
  public static final Mode TRAINING = new Mode(true, Tap.NONE);

  /**
   * Sees the intermediate values of the blocks. The tensors live as long as the scope they are in.
   */
  @FunctionalInterface
  public interface Tap {
    /** Looks at nothing. */
    Tap NONE = (name, value) -> {};

    /**
     * Called with each named value.
     *
     * @param name {@code layer0.q}, {@code layer0.k}, {@code layer0.v} {@code (B, H, T, Dh)};
     *     {@code hidden0} {@code (B, T, D)}, the normalised input of block 0, and so on; one {@code
     *     hidden} past the last block is the final output; {@code pooled} {@code (B, D)}, once for
     *     each sequence that is encoded
     */
    void see(String name, Tensor value);
  }
}

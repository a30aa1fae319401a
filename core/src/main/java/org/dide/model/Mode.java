package org.dide.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * How a model is run.
 *
 * @param training whether dropout acts
 * @param tap sees what each block computes; for visualisation and verification
 * @param layers blocks, from 0, whose queries and keys an encoder hands out; none stands for the
 *     last block, whichever that is
 */
public record Mode(boolean training, Tap tap, List<Integer> layers) {
  /** Nothing is dropped, nothing is drawn. */
  public static final Mode EVALUATION = new Mode(false, Tap.NONE);

  /** Dropout acts. */
  public static final Mode TRAINING = new Mode(true, Tap.NONE);

  /** Keeps an unmodifiable copy of the list. */
  public Mode {
    layers = List.copyOf(layers);
  }

  /** Hands out what the last block asked and offered. */
  public Mode(boolean training, Tap tap) {
    this(training, tap, List.of());
  }

  /** The same, without anyone looking. */
  Mode untapped() {
    return new Mode(training, Tap.NONE, layers);
  }

  /** The same, handing out these blocks' queries and keys. */
  public Mode observing(List<Integer> blocks) {
    return new Mode(training, tap, blocks);
  }

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

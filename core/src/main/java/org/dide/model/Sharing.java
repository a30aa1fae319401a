package org.dide.model;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.tensor.Device;

/**
 * Which picture each example of a batch is about. A picture that several are about is there, and is
 * encoded, once.
 *
 * @param rows {@code (B)} int64, the row of each example's picture; empty if each has its own
 */
public record Sharing(Optional<Tensor> rows) {
  /** Each example has a picture of its own. */
  public static final Sharing NONE = new Sharing(Optional.empty());

  /**
   * The sharing of a batch.
   *
   * @param rows the row of each example's picture
   */
  public static Sharing of(int[] rows, Device device) {
    return Rows.areInPlace(rows, rows.length)
        ? NONE
        : new Sharing(Optional.of(Rows.index(rows, device)));
  }

  /** Embedded pictures, a row for each example. */
  Embedded spread(Embedded pictures) {
    return rows.map(index -> pictures.rows(all -> all.index_select(0, index))).orElse(pictures);
  }

  /** Encoded pictures, a row for each example. */
  Encoded spread(Encoded pictures) {
    return rows.map(index -> pictures.rows(all -> all.index_select(0, index))).orElse(pictures);
  }
}

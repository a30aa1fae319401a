package org.dide.model;

import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;

/** Numbers of a batch's rows, as operations along it take them. */
final class Rows {
  private Rows() {}

  /** The numbers on a device: {@code (P)} int64. */
  static Tensor index(int[] rows, Device device) {
    return device.place(Tensors.of(IntStream.of(rows).asLongStream().toArray(), rows.length));
  }

  /** Whether these are all rows of a batch, in place. */
  static boolean areInPlace(int[] rows, long batch) {
    return rows.length == batch && IntStream.range(0, rows.length).allMatch(i -> rows[i] == i);
  }
}

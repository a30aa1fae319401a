package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;

/**
 * Which tokens are real.
 *
 * @param real {@code (B, T)} bool, false on padding
 * @param full whether all are real, so that masking can be left out
 */
public record Mask(Tensor real, boolean full) {
  /** The mask of sequences whose first {@code lengths[row]} tokens are real. */
  public static Mask prefix(int[] lengths, int total, Device device) {
    boolean[] real = new boolean[lengths.length * total];
    boolean full = true;
    for (int row = 0; row < lengths.length; row++) {
      for (int j = 0; j < total; j++) {
        real[row * total + j] = j < lengths[row];
      }
      full &= lengths[row] >= total;
    }
    return of(real, full, lengths.length, total, device);
  }

  /** The mask of states {@code (B, T, D)} that are all real. */
  static Mask full(Tensor states) {
    int[] lengths = new int[(int) states.size(0)];
    Arrays.fill(lengths, (int) states.size(1));
    return prefix(lengths, (int) states.size(1), Device.of(states)); // (B, T)
  }

  static Mask of(boolean[] real, boolean full, int batch, int total, Device device) {
    Tensor mask = Tensors.of(real, batch, total);
    return new Mask(device.place(mask), full);
  }

  /** This sequence followed by another. */
  public Mask then(Mask next) {
    return new Mask(cat(new TensorVector(real, next.real), 1), full && next.full);
  }

  /** That of other rows, which an operation along the batch takes. */
  Mask rows(UnaryOperator<Tensor> taken) {
    return new Mask(taken.apply(real), full); // (B', T)
  }

  /** The mask as attention wants it, over keys: {@code (B, 1, 1, T)}. */
  public Tensor keys() {
    return real.unsqueeze(1).unsqueeze(1); // (B, 1, 1, T)
  }
}

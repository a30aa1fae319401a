package org.dide.answer;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * Pictures, or texts, that can be asked without their tower, as one model made them. It owns the
 * tensors, which may be many gigabytes of native memory.
 *
 * @param model fingerprint of the model
 * @param items N of them, in the order of rows
 * @param shares what they bring to the meeting, {@code (N, S)} float32 or float16 on the CPU, by
 *     their place in an example
 */
public record Gallery(String model, List<StoredItem> items, List<Tensor> shares)
    implements AutoCloseable {
  /** Keeps unmodifiable copies of the lists. */
  public Gallery {
    items = List.copyOf(items);
    shares = List.copyOf(shares);
    for (Tensor share : shares) {
      ScalarType type = share.scalar_type().intern();
      if (share.dim() != 2
          || share.size(0) != items.size()
          || (type != ScalarType.Float && type != ScalarType.Half)) {
        throw new IllegalArgumentException(
            "%d items need as many rows of float32 or float16".formatted(items.size()));
      }
    }
  }

  /** N. */
  public int size() {
    return items.size();
  }

  /** The row of the item of that id. */
  public OptionalInt find(String id) {
    return IntStream.range(0, size()).filter(row -> items.get(row).id().equals(id)).findFirst();
  }

  /** What one item brings, {@code (S)}, by place. */
  public List<float[]> shares(int row) {
    try (Scope scope = Scope.open()) {
      return shares.stream().map(share -> Tensors.floats(share.narrow(0, row, 1))).toList();
    }
  }

  /** Frees the vectors. */
  @Override
  public void close() {
    shares.forEach(Tensor::close);
  }
}

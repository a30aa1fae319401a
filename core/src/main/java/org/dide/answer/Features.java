package org.dide.answer;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * Pictures' vectors, as one model made them. It owns the tensor.
 *
 * @param model fingerprint of the model
 * @param pictures N of them, in the order of rows
 * @param vectors {@code (N, D)} float32, on the CPU
 */
public record Features(String model, List<StoredPicture> pictures, Tensor vectors)
    implements AutoCloseable {
  /** Keeps an unmodifiable copy of the list. */
  public Features {
    pictures = List.copyOf(pictures);
    if (vectors.dim() != 2
        || vectors.size(0) != pictures.size()
        || vectors.scalar_type().intern() != ScalarType.Float) {
      throw new IllegalArgumentException(
          "%d pictures need as many rows of float32".formatted(pictures.size()));
    }
  }

  /** N. */
  public int size() {
    return pictures.size();
  }

  /** D. */
  public int width() {
    return (int) vectors.size(1);
  }

  /** The row of the picture of that id. */
  public OptionalInt find(String id) {
    return IntStream.range(0, size()).filter(row -> pictures.get(row).id().equals(id)).findFirst();
  }

  /** One picture's vector: {@code (D)}. */
  public float[] vector(int row) {
    try (Scope scope = Scope.open()) {
      return Tensors.floats(vectors.narrow(0, row, 1));
    }
  }

  /** Frees the vectors. */
  @Override
  public void close() {
    vectors.close();
  }
}

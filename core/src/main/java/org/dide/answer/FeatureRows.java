package org.dide.answer;

import static org.bytedeco.pytorch.global.torch.empty;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.tensor.Scope;

/** Collects features row by row, in native memory, where a million fit that the heap has not. */
final class FeatureRows implements AutoCloseable {
  private final int width;
  private final Tensor vectors; // (capacity, D)
  private final List<StoredPicture> pictures = new ArrayList<>();

  FeatureRows(int capacity, int width) {
    this.width = width;
    try (Scope scope = Scope.open()) {
      TensorOptions options = new TensorOptions(ScalarType.Float);
      long[] shape = {capacity, width};
      vectors = scope.keep(empty(shape, options, new MemoryFormatOptional()));
    }
  }

  int size() {
    return pictures.size();
  }

  /** Adds a row, of {@code (D)}. */
  void add(StoredPicture picture, float[] vector) {
    if (vector.length != width) {
      throw new IllegalArgumentException(
          "%d values do not fill a row of %d".formatted(vector.length, width));
    }
    try (Scope scope = Scope.open()) {
      FloatPointer memory = vectors.data_ptr_float();
      memory.position((long) width * pictures.size()).put(vector);
    }
    pictures.add(picture);
  }

  /** What was added; it shares the memory and keeps it when this is closed. */
  Features features(String model) {
    try (Scope scope = Scope.open()) {
      return new Features(model, pictures, scope.keep(vectors.narrow(0, 0, pictures.size())));
    }
  }

  @Override
  public void close() {
    vectors.close();
  }
}

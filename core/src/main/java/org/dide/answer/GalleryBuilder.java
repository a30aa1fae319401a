package org.dide.answer;

import static org.bytedeco.pytorch.global.torch.empty;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.tensor.Scope;

/** Collects a gallery item by item, in native memory, where a million fit that the heap has not. */
public final class GalleryBuilder implements AutoCloseable {
  private final int size;
  private final List<Tensor> shares; // (capacity, S)
  private final List<StoredItem> items = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param capacity items at most
   * @param places of an item in an example
   * @param size S
   */
  public GalleryBuilder(int capacity, int places, int size) {
    this.size = size;
    try (Scope scope = Scope.open()) {
      TensorOptions options = new TensorOptions(ScalarType.Float);
      long[] shape = {capacity, size};
      shares =
          IntStream.range(0, places)
              .mapToObj(place -> scope.keep(empty(shape, options, new MemoryFormatOptional())))
              .toList();
    }
  }

  /** Items so far. */
  public int size() {
    return items.size();
  }

  /** Adds an item, with what it brings by place. */
  public void add(StoredItem item, List<float[]> brought) {
    for (int place = 0; place < shares.size(); place++) {
      float[] share = brought.get(place);
      if (share.length != size) {
        throw new IllegalArgumentException(
            "%d values do not fill a row of %d".formatted(share.length, size));
      }
      try (Scope scope = Scope.open()) {
        FloatPointer memory = shares.get(place).data_ptr_float();
        memory.position((long) size * items.size()).put(share);
      }
    }
    items.add(item);
  }

  /** What was added; it shares the memory and keeps it when this is closed. */
  public Gallery gallery(String model) {
    try (Scope scope = Scope.open()) {
      return new Gallery(
          model,
          items,
          shares.stream().map(all -> scope.keep(all.narrow(0, 0, items.size()))).toList());
    }
  }

  @Override
  public void close() {
    shares.forEach(Tensor::close);
  }
}

package org.dide.tensor;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A file of named tensors, open for reading. What it holds is known and checked once it is open;
 * elements are read when they are asked for.
 */
public interface TensorFile extends AutoCloseable {
  /** A tensor in a file, without its elements. */
  interface Entry {
    /** Its name. */
    String name();

    /** The type of its elements: {@code F32}, {@code BF16}, {@code I64}, {@code BOOL}, … */
    String type();

    /** Its sizes; empty for a scalar. */
    List<Long> shape();

    /** The number of elements. */
    default long count() {
      return shape().stream().reduce(1L, Math::multiplyExact);
    }
  }

  static TensorFile open(Path path) {
    return SafetensorsFile.open(path);
  }

  /** The file's path, as given. */
  Path path();

  /** The tensors by name, in the file's order. */
  Map<String, ? extends Entry> entries();

  /** The file's free strings. */
  Map<String, String> metadata();

  /**
   * Reads one tensor to the CPU, in the file's type. It belongs to the current scope, or to the
   * caller where there is none.
   *
   * @throws org.dide.InputException if there is none of that name, or it cannot be read
   */
  Tensor tensor(String name);

  /**
   * Reads all tensors to the CPU, in the file's order; see {@link #tensor}.
   *
   * @throws org.dide.InputException if the file cannot be read
   */
  default Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    entries().keySet().forEach(name -> tensors.put(name, tensor(name)));
    return tensors;
  }

  /** Closes the file. Tensors already read stay. */
  @Override
  void close();
}

package org.dide.tensor;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;

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

  /**
   * Opens a safetensors file or a PyTorch checkpoint, told apart by their first bytes.
   *
   * @throws InputException if it is neither, cannot be read or is unsound
   */
  static TensorFile open(Path path) {
    int telling = SafetensorsFile.PREFIX + 1; // up to the first byte of a safetensors header
    byte[] start =
        FileBytes.open(
            path,
            "a file of tensors",
            file -> {
              try (file) {
                return file.read(0, (int) Math.min(telling, file.size())).array();
              }
            });
    boolean zip = starts(start, 'P', 'K', 3, 4);
    boolean pickle = starts(start, 0x80) && start.length > 1 && start[1] <= 5;
    if (start.length == telling && start[telling - 1] == '{') {
      return SafetensorsFile.open(path);
    }
    if (zip || pickle) {
      return TorchFile.open(path);
    }
    throw new InputException(
        "%s: is neither a safetensors file nor a PyTorch checkpoint: begins with bytes %s"
            .formatted(path, HexFormat.ofDelimiter(" ").formatHex(start)));
  }

  /** The file's path, as given. */
  Path path();

  /** Every file that it is read from, this one first. */
  default List<Path> files() {
    return List.of(path());
  }

  /** The tensors by name, in the file's order. */
  Map<String, ? extends Entry> entries();

  /** The file's free strings. */
  Map<String, String> metadata();

  /**
   * Reads one tensor to the CPU, in the file's type. It belongs to the current scope, or to the
   * caller where there is none.
   *
   * @throws InputException if there is none of that name, or it cannot be read
   */
  Tensor tensor(String name);

  /**
   * Reads all tensors to the CPU, in the file's order; see {@link #tensor}.
   *
   * @throws InputException if the file cannot be read
   */
  default Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    entries().keySet().forEach(name -> tensors.put(name, tensor(name)));
    return tensors;
  }

  private static boolean starts(byte[] bytes, int... values) {
    for (int i = 0; i < values.length; i++) {
      if (i >= bytes.length || bytes[i] != (byte) values[i]) {
        return false;
      }
    }
    return true;
  }

  /** Closes the file. Tensors already read stay. */
  @Override
  void close();
}

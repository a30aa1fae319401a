package org.dide.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.dide.tensor.TensorFile;

/**
 * What a file of tensors holds, without its values.
 *
 * @param tensors in the file's order
 * @param metadata the file's free strings
 * @param checksum SHA-256 of the whole file, in hexadecimal; of several files that of the lines
 *     that {@code sha256sum} prints for them, the index first and then by name
 */
public record TensorInventory(
    List<TensorFile.Entry> tensors, Map<String, String> metadata, String checksum) {
  // Names are made of steps such as transformer.blocks.0; an optimiser's state has m/ in front.
  private static final Pattern STEP = Pattern.compile("[./]");

  /** Keeps unmodifiable copies, in order. */
  public TensorInventory {
    tensors = List.copyOf(tensors);
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Looks into a file.
   *
   * @throws org.dide.InputException if it cannot be read or is unsound
   */
  public static TensorInventory of(Path file) {
    try (TensorFile open = TensorFile.open(file)) {
      return of(open);
    }
  }

  /**
   * Looks into an open file.
   *
   * @throws org.dide.InputException if it cannot be read
   */
  public static TensorInventory of(TensorFile file) {
    return new TensorInventory(
        List.copyOf(file.entries().values()), file.metadata(), checksum(file.files()));
  }

  private static String checksum(List<Path> files) {
    if (files.size() == 1) {
      return Checksums.of(files.get(0));
    }
    StringBuilder lines = new StringBuilder();
    files.forEach(
        file -> lines.append("%s  %s\n".formatted(Checksums.of(file), file.getFileName())));
    return Checksums.of(lines.toString().getBytes(UTF_8));
  }

  /** The number of elements in all. */
  public long count() {
    return tensors.stream().mapToLong(TensorFile.Entry::count).sum();
  }

  /** The number of elements by the first step of their tensors' names, in the file's order. */
  public Map<String, Long> parts() {
    Map<String, Long> parts = new LinkedHashMap<>();
    tensors.forEach(
        tensor -> parts.merge(STEP.split(tensor.name(), 2)[0], tensor.count(), Long::sum));
    return parts;
  }

  /** The number of elements by type, such as {@code F32}. */
  public Map<String, Long> types() {
    Map<String, Long> types = new TreeMap<>();
    tensors.forEach(tensor -> types.merge(tensor.type(), tensor.count(), Long::sum));
    return types;
  }
}

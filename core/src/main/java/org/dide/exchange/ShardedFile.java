package org.dide.exchange;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.hub.HubFiles.Shown;
import org.dide.hub.ShardIndex;
import org.dide.tensor.TensorFile;

/**
 * Tensors in several files and an index of which is where. Each file must hold what the index says,
 * and nothing else.
 */
final class ShardedFile implements TensorFile {
  private final Path index;
  private final Map<String, TensorFile> byTensor;
  private final Map<String, TensorFile> byFile;

  private ShardedFile(
      Path index, Map<String, TensorFile> byTensor, Map<String, TensorFile> byFile) {
    this.index = index;
    this.byTensor = byTensor;
    this.byFile = byFile;
  }

  /**
   * Opens an index and every file that it names.
   *
   * @throws InputException if one is missing or unsound, or does not hold what the index says
   */
  static ShardedFile open(Path index) {
    Map<String, Set<String>> contents = ShardIndex.read(index).files();
    Map<String, TensorFile> files = new TreeMap<>();
    Map<String, TensorFile> tensors = new LinkedHashMap<>();
    ShardedFile sharded = new ShardedFile(index, tensors, files);
    try {
      contents.forEach(
          (name, expected) -> {
            TensorFile file = TensorFile.open(index.resolveSibling(name));
            files.put(name, file);
            requireSame(index, name, file.entries().keySet(), expected);
            expected.forEach(tensor -> tensors.put(tensor, file));
          });
      return sharded;
    } catch (InputException problem) {
      sharded.close();
      throw problem;
    }
  }

  private static void requireSame(
      Path index, String file, Set<String> found, Set<String> expected) {
    if (!found.equals(expected)) {
      Set<String> missing = new TreeSet<>(expected);
      missing.removeAll(found);
      Set<String> extra = new TreeSet<>(found);
      extra.removeAll(expected);
      throw new InputException(
          "%s: %s: lacks the tensors %s and holds %s, which the index does not say"
              .formatted(index, file, Shown.some(missing), Shown.some(extra)));
    }
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public List<Path> files() {
    List<Path> files = new ArrayList<>(List.of(index));
    byFile.values().forEach(file -> files.add(file.path()));
    return files;
  }

  @Override
  public Map<String, Entry> entries() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    byFile.values().forEach(file -> entries.putAll(file.entries()));
    return Collections.unmodifiableMap(entries);
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of("files", Integer.toString(byFile.size()));
  }

  @Override
  public Tensor tensor(String name) {
    TensorFile file = byTensor.get(name);
    if (file == null) {
      throw new InputException("%s: has no tensor %s".formatted(index, name));
    }
    return file.tensor(name);
  }

  @Override
  public void close() {
    byFile.values().forEach(TensorFile::close);
  }
}

package org.dide.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.dide.pickle.PickleValue;
import org.dide.pickle.PickleValue.Dict;
import org.dide.pickle.Unpickler;

/**
 * A checkpoint that PyTorch's {@code torch.save} wrote, open for reading: a dictionary of tensors,
 * or one that holds such a dictionary as {@code state_dict}, as PyTorch Lightning writes. The two
 * layouts, as PyTorch's own reader defines them:
 *
 * <ol>
 *   <li>zip (PyTorch 1.6 and later): an archive of stored entries below one folder. {@code
 *       data.pkl} is the pickled object, {@code data/KEY} the elements of storage KEY, {@code
 *       byteorder} says {@code little} if it is there;
 *   <li>legacy: five pickles, one behind the other (a magic number, the protocol 1001, facts about
 *       the machine, the object, the list of storage keys), then for each storage in that list its
 *       count of elements as 8 bytes and the elements.
 * </ol>
 *
 * <p>A tensor in the pickle is the call of a function that would rebuild it, with a reference to
 * its storage, an offset, sizes and strides. The pickle is read as data ({@link Unpickler}):
 * nothing in it is ever called or made, and calls of anything that does not only describe data are
 * refused.
 *
 * <p>A file comes from anywhere, so nothing in it is believed: storages lie where and are as long
 * as the file says in all places alike, tensors lie within their storages and have no more elements
 * than these, all together have at most {@value TorchTensors#MAXIMUM_SHARING} times the file's
 * bytes, and opening takes no more memory than {@link MemoryBudget} grants. What is compressed or
 * big-endian is refused, and so are complex, quantised and sparse tensors, and TorchScript. Check
 * sums are not looked at: PyTorch may be told not to write them.
 */
public final class TorchFile implements TensorFile {
  private static final int NAMES_SHOWN = 5;
  private static final List<String> FACTS =
      List.of("epoch", "global_step", "pytorch-lightning_version");

  private final FileBytes file;
  private final Map<String, TorchTensors.Located> tensors;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;
  private final Optional<Dict> hyperParameters;

  private TorchFile(
      FileBytes file,
      Map<String, TorchTensors.Located> tensors,
      Map<String, String> metadata,
      Optional<Dict> hyperParameters) {
    this.file = file;
    this.tensors = tensors;
    this.metadata = metadata;
    this.hyperParameters = hyperParameters;
    Map<String, Entry> found = new LinkedHashMap<>();
    tensors.forEach((name, located) -> found.put(name, located.entry()));
    this.entries = Collections.unmodifiableMap(found);
  }

  /**
   * A tensor in the file: a view of a storage.
   *
   * @param name its name
   * @param type the type of its elements: {@code F32}, {@code BF16}, {@code I64}, {@code BOOL}, …
   * @param shape its sizes; empty for a scalar
   * @param strides for each side, how many elements of the storage a step along it passes
   * @param offset its first element in the storage
   * @param storage the storage's key; tied tensors have the same
   */
  public record Entry(
      String name, String type, List<Long> shape, List<Long> strides, long offset, String storage)
      implements TensorFile.Entry {
    /** Whether its elements lie in row-major order without gaps. */
    boolean contiguous() {
      long expected = 1;
      for (int side = shape.size() - 1; side >= 0; side--) {
        if (shape.get(side) != 1 && strides.get(side) != expected) {
          return shape.contains(0L);
        }
        expected *= shape.get(side);
      }
      return true;
    }

    /** How many elements of the storage lie from its first to its last, for one that has some. */
    long span() {
      long span = 1;
      for (int side = 0; side < shape.size(); side++) {
        span += (shape.get(side) - 1) * strides.get(side);
      }
      return span;
    }
  }

  /** The object that a file holds, what layout it has, and where the storages lie. */
  record Parts(String layout, PickleValue value, TorchTensors.Storages storages) {}

  /**
   * Opens a checkpoint and checks all its tensors.
   *
   * @throws InputException if it cannot be read or is not a sound checkpoint; the message names the
   *     file, the place, what was found and what is allowed
   */
  public static TorchFile open(Path path) {
    return FileBytes.open(path, "a PyTorch checkpoint", TorchFile::open);
  }

  private static TorchFile open(FileBytes file) throws IOException {
    long size = file.size();
    MemoryBudget budget = new MemoryBudget(file.path().toString(), size);
    Parts parts = isZip(file) ? TorchZip.read(file, budget) : TorchLegacy.read(file, budget);
    try {
      Map<String, PickleValue> top = TorchContent.entries(parts.value(), "its object", budget);
      PickleValue inner = top.get("state_dict");
      Map<String, PickleValue> state =
          inner == null || TorchTensors.isTensor(inner)
              ? bare(top)
              : TorchContent.entries(inner, "state_dict", budget);
      Map<String, TorchTensors.Located> tensors =
          new TorchTensors(parts.storages(), budget, size).locate(state);
      return new TorchFile(file, tensors, facts(parts.layout(), top), hyperParameters(top));
    } catch (InputException problem) {
      throw new InputException(file.path() + ": " + problem.getMessage(), problem);
    }
  }

  /** Whether the first bytes are those of a zip archive. */
  private static boolean isZip(FileBytes file) throws IOException {
    return file.size() >= Integer.BYTES
        && file.read(0, Integer.BYTES).getInt() == ZipDirectory.LOCAL_HEADER;
  }

  private static Map<String, PickleValue> bare(Map<String, PickleValue> top) {
    if (top.values().stream().noneMatch(TorchTensors::isTensor)) {
      throw new InputException(
          "has neither tensors nor a state_dict; its keys are " + some(top.keySet()));
    }
    return top;
  }

  private static Map<String, String> facts(String layout, Map<String, PickleValue> top) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("layout", layout);
    for (String fact : FACTS) {
      PickleValue value = top.get(fact);
      if (value instanceof PickleValue.Text text && text.value().length() < 100) {
        facts.put(fact, text.value());
      } else if (value instanceof PickleValue.Whole whole) {
        facts.put(fact, whole.toString());
      }
    }
    return Collections.unmodifiableMap(facts);
  }

  private static Optional<Dict> hyperParameters(Map<String, PickleValue> top) {
    return Optional.ofNullable(top.get("hyper_parameters")).flatMap(TorchContent::dict);
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public Map<String, Entry> entries() {
    return entries;
  }

  /**
   * What the checkpoint tells of itself: {@code layout}, and where they are there {@code epoch},
   * {@code global_step} and {@code pytorch-lightning_version}.
   */
  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  /** What Lightning stored under {@code hyper_parameters}, as plain and inert values. */
  public Optional<Dict> hyperParameters() {
    return hyperParameters;
  }

  @Override
  public Tensor tensor(String name) {
    TorchTensors.Located located = tensors.get(name);
    if (located == null) {
      throw file.problem(
          "has no tensor %s; its %d tensors are %s"
              .formatted(name, tensors.size(), some(tensors.keySet())));
    }
    Entry entry = located.entry();
    ElementType type = located.type();
    long[] shape = numbers(entry.shape());
    long first = located.position() + entry.offset() * type.bytes();
    if (entry.contiguous()) {
      return file.tensor(name, type, shape, first);
    }
    try (Scope scope = Scope.open()) {
      Tensor span = file.tensor(name, type, new long[] {entry.span()}, first);
      return scope.keep(span.as_strided(shape, numbers(entry.strides())).contiguous());
    }
  }

  @Override
  public void close() {
    file.close();
  }

  private static long[] numbers(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static String some(Collection<String> names) {
    String shown =
        String.join(", ", names.stream().limit(NAMES_SHOWN).map(PickleValue::shown).toList());
    return names.size() > NAMES_SHOWN ? shown + ", …" : shown;
  }
}

package org.dide.tensor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.dide.pickle.PickleValue;
import org.dide.pickle.PickleValue.Made;
import org.dide.pickle.PickleValue.Persistent;
import org.dide.pickle.PickleValue.Sequence;
import org.dide.pickle.PickleValue.Whole;

/**
 * Checks the tensors that a checkpoint describes. A tensor is a view of a storage: its first
 * element, its sizes and, for each side, how many elements of the storage lie between neighbours.
 */
final class TorchTensors {
  /** The most sides. */
  static final int MAXIMUM_SIDES = 64;

  /** How often the tensors together may take the file's bytes: some share a storage. */
  static final int MAXIMUM_SHARING = 8;

  private static final int ENTRY = 320; // of one tensor, without its sides
  private static final int SIDE = 80;

  /** Where storages lie. */
  interface Storages {
    /**
     * The first byte of a storage in the file.
     *
     * @throws InputException if the file does not hold exactly that
     */
    long position(TorchStorage storage) throws IOException;
  }

  /**
   * A tensor whose elements are known to lie in the file.
   *
   * @param position the first byte of its storage
   */
  record Located(TorchFile.Entry entry, ElementType type, long position) {}

  private final Storages storages;
  private final MemoryBudget budget;
  private final long allowed;
  private long together;

  /**
   * For one file.
   *
   * @param size its bytes
   */
  TorchTensors(Storages storages, MemoryBudget budget, long size) {
    this.storages = storages;
    this.budget = budget;
    this.allowed = Math.max(size, size * MAXIMUM_SHARING);
  }

  /**
   * Checks all tensors of a dictionary.
   *
   * @throws InputException without the file's name, naming the tensor
   */
  Map<String, Located> locate(Map<String, PickleValue> values) throws IOException {
    Map<String, Located> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, PickleValue> each : values.entrySet()) {
      try {
        tensors.put(each.getKey(), locate(each.getKey(), each.getValue()));
      } catch (InputException problem) {
        throw new InputException(
            "tensor %s: %s".formatted(PickleValue.shown(each.getKey()), problem.getMessage()),
            problem);
      }
    }
    return Collections.unmodifiableMap(tensors);
  }

  /** Whether a value is described as a tensor is, sound or not. */
  static boolean isTensor(PickleValue value) {
    return value instanceof Made made
        && made.callee().module().equals("torch._utils")
        && made.callee().name().startsWith("_rebuild_");
  }

  private Located locate(String name, PickleValue value) throws IOException {
    Made made = withoutParameter(value);
    Sequence arguments = made.arguments();
    int least =
        switch (made.callee().name()) {
          case "_rebuild_tensor" -> 4;
          case "_rebuild_tensor_v2" -> 6;
          default -> 7;
        };
    if (arguments.size() < least
        || !(arguments.get(0) instanceof Persistent reference)
        || !(arguments.get(1) instanceof Whole offset)) {
      throw new InputException(
          "found %s as the arguments of %s, allowed are a storage, offset, sizes, strides and flags"
              .formatted(arguments, made.callee()));
    }
    TorchStorage storage = TorchStorage.of(reference);
    ElementType type = type(made, storage);
    List<Long> shape = sides("sizes", arguments.get(2));
    List<Long> strides = sides("strides", arguments.get(3));
    budget.charge(ENTRY);
    TorchFile.Entry entry =
        new TorchFile.Entry(name, type.name(), shape, strides, offset.value(), storage.key());
    Located located = new Located(entry, type, storages.position(storage));
    require(entry, storage.bytes() / type.bytes(), type);
    return located;
  }

  private static Made withoutParameter(PickleValue value) {
    PickleValue inner = value;
    while (isTensor(inner)) {
      Made made = (Made) inner;
      if (!made.callee().name().startsWith("_rebuild_parameter")) {
        return made;
      }
      if (made.arguments().size() == 0) {
        break;
      }
      inner = made.arguments().get(0);
    }
    throw new InputException("found %s, allowed is a tensor".formatted(inner));
  }

  private static ElementType type(Made made, TorchStorage storage) {
    if (!made.callee().name().equals("_rebuild_tensor_v3")) {
      return storage
          .type()
          .orElseThrow(() -> new InputException("found a storage of bytes, without a type"));
    }
    PickleValue dtype = made.arguments().get(6);
    Optional<ElementType> type = TorchStorage.dtype(dtype);
    return type.orElseThrow(
        () -> new InputException("found %s as its type, which is none".formatted(dtype)));
  }

  private List<Long> sides(String what, PickleValue value) {
    PickleValue inner = value;
    if (inner instanceof Made made
        && made.callee().qualified().equals("torch.Size")
        && made.arguments().size() == 1) {
      inner = made.arguments().get(0);
    }
    if (!(inner instanceof Sequence sequence) || sequence.size() > MAXIMUM_SIDES) {
      throw new InputException(
          "found %s as %s, allowed is a tuple of at most %d".formatted(inner, what, MAXIMUM_SIDES));
    }
    budget.charge((long) SIDE * (sequence.size() + 1));
    List<Long> sides = new ArrayList<>(sequence.size());
    for (PickleValue side : sequence.items()) {
      if (!(side instanceof Whole whole) || whole.value() < 0) {
        throw new InputException(
            "found %s in its %s, allowed are whole numbers from 0 to 2^63".formatted(side, what));
      }
      sides.add(whole.value());
    }
    return Collections.unmodifiableList(sides);
  }

  // A side of 0 does not excuse the others: the engine computes strides from all of them.
  private void require(TorchFile.Entry entry, long available, ElementType type) {
    List<Long> shape = entry.shape();
    List<Long> strides = entry.strides();
    if (shape.size() != strides.size()) {
      throw new InputException("found sizes %s and strides %s".formatted(shape, strides));
    }
    try {
      long count = 1;
      long last = entry.offset();
      for (int side = 0; side < shape.size(); side++) {
        count = Math.multiplyExact(count, Math.max(1, shape.get(side)));
        long steps = Math.max(0, shape.get(side) - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, strides.get(side)));
      }
      boolean empty = shape.contains(0L);
      boolean beyond = empty ? entry.offset() > available : last >= available || count > available;
      if (entry.offset() < 0 || beyond) {
        throw beyond(entry, available);
      }
      requireTogether(empty ? 0 : count * type.bytes());
    } catch (ArithmeticException overflow) {
      throw beyond(entry, available);
    }
  }

  private void requireTogether(long bytes) {
    together += bytes;
    if (together > allowed) {
      throw new InputException(
          "with those before it has more than %d times the file's bytes"
              .formatted(MAXIMUM_SHARING));
    }
  }

  private static InputException beyond(TorchFile.Entry entry, long available) {
    return new InputException(
        "found sizes %s, strides %s and offset %d, allowed are at most the %d elements of storage %s"
            .formatted(
                entry.shape(),
                entry.strides(),
                entry.offset(),
                available,
                PickleValue.shown(entry.storage())));
  }
}

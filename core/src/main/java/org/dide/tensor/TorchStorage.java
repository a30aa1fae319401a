package org.dide.tensor;

import java.util.Arrays;
import java.util.Optional;
import org.dide.InputException;
import org.dide.pickle.PickleValue;
import org.dide.pickle.PickleValue.Global;
import org.dide.pickle.PickleValue.None;
import org.dide.pickle.PickleValue.Persistent;
import org.dide.pickle.PickleValue.Sequence;
import org.dide.pickle.PickleValue.Text;
import org.dide.pickle.PickleValue.Whole;

/**
 * A storage as a checkpoint's pickle refers to it: {@code ('storage', torch.FloatStorage, '7',
 * 'cpu', 1024)}, in legacy files with a sixth part that is {@code None}.
 *
 * @param key its name in the file
 * @param type the type of its elements; absent if it is of bytes that a tensor gives a type
 * @param count how many elements it has, or bytes
 */
record TorchStorage(String key, Optional<ElementType> type, long count) {
  /** Bytes of one element. */
  int width() {
    return type.map(ElementType::bytes).orElse(1);
  }

  /** Bytes in all. */
  long bytes() {
    return count * width();
  }

  /**
   * Reads a reference.
   *
   * @throws InputException without the file's name, if it is not one to a storage
   */
  static TorchStorage of(Persistent reference) {
    if (!(reference.id() instanceof Sequence id)
        || id.size() < 5
        || id.size() > 6
        || !isStorage(id)
        || !(id.get(1) instanceof Global type)
        || !(id.get(2) instanceof Text key)
        || !(id.get(4) instanceof Whole count)) {
      throw unknown(reference);
    }
    if (id.size() == 6 && id.get(5) != None.NONE) {
      throw new InputException(
          "storage %s: is a view of another one, as PyTorch 0.3 and older wrote".formatted(key));
    }
    Optional<ElementType> element = element(type, key);
    int width = element.map(ElementType::bytes).orElse(1);
    if (count.value() < 0 || count.value() > Long.MAX_VALUE / width) {
      throw new InputException("storage %s: found a size of %s".formatted(key, count));
    }
    return new TorchStorage(key.value(), element, count.value());
  }

  /**
   * Refuses references to anything but a storage, of whatever class.
   *
   * @throws InputException without the file's name
   */
  static void requireStorage(Persistent reference) {
    if (!(reference.id() instanceof Sequence id) || id.size() < 5 || !isStorage(id)) {
      throw unknown(reference);
    }
  }

  /**
   * Whether a reference names the class of a module, with its source, which legacy files keep
   * outside the pickle: {@code ('module', torch.nn.Linear, 'linear.py', 'class …')}.
   */
  static boolean isModule(Persistent reference) {
    return reference.id() instanceof Sequence id
        && id.size() == 4
        && id.get(0).equals(new Text("module"));
  }

  private static boolean isStorage(Sequence id) {
    return id.get(0).equals(new Text("storage"));
  }

  private static InputException unknown(Persistent reference) {
    return new InputException(
        "found a reference to %s, allowed is a tuple of 'storage', its class, key, place and size"
            .formatted(reference.id()));
  }

  private static Optional<ElementType> element(Global type, PickleValue key) {
    return switch (type.qualified()) {
      case "torch.DoubleStorage" -> Optional.of(ElementType.F64);
      case "torch.FloatStorage" -> Optional.of(ElementType.F32);
      case "torch.HalfStorage" -> Optional.of(ElementType.F16);
      case "torch.BFloat16Storage" -> Optional.of(ElementType.BF16);
      case "torch.LongStorage" -> Optional.of(ElementType.I64);
      case "torch.IntStorage" -> Optional.of(ElementType.I32);
      case "torch.ShortStorage" -> Optional.of(ElementType.I16);
      case "torch.CharStorage" -> Optional.of(ElementType.I8);
      case "torch.ByteStorage" -> Optional.of(ElementType.U8);
      case "torch.BoolStorage" -> Optional.of(ElementType.BOOL);
      case "torch.UntypedStorage", "torch.storage.UntypedStorage" -> Optional.empty();
      default ->
          throw new InputException(
              "storage %s: found class %s, allowed are UntypedStorage and those of %s"
                  .formatted(key, type, Arrays.toString(ElementType.values())));
    };
  }

  /** The element type that a {@code torch.dtype} names, if files can hold it. */
  static Optional<ElementType> dtype(PickleValue value) {
    if (!(value instanceof Global global) || !global.module().equals("torch")) {
      return Optional.empty();
    }
    return switch (global.name()) {
      case "float64", "double" -> Optional.of(ElementType.F64);
      case "float32", "float" -> Optional.of(ElementType.F32);
      case "float16", "half" -> Optional.of(ElementType.F16);
      case "bfloat16" -> Optional.of(ElementType.BF16);
      case "float8_e4m3fn" -> Optional.of(ElementType.F8_E4M3);
      case "float8_e5m2" -> Optional.of(ElementType.F8_E5M2);
      case "int64", "long" -> Optional.of(ElementType.I64);
      case "int32", "int" -> Optional.of(ElementType.I32);
      case "int16", "short" -> Optional.of(ElementType.I16);
      case "int8" -> Optional.of(ElementType.I8);
      case "uint64" -> Optional.of(ElementType.U64);
      case "uint32" -> Optional.of(ElementType.U32);
      case "uint16" -> Optional.of(ElementType.U16);
      case "uint8" -> Optional.of(ElementType.U8);
      case "bool" -> Optional.of(ElementType.BOOL);
      default -> Optional.empty();
    };
  }
}

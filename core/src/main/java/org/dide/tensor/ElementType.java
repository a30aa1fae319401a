package org.dide.tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types of safetensors files, all of whole bytes, and the engine's names for them. */
enum ElementType {
  F64(ScalarType.Double, 8),
  F32(ScalarType.Float, 4),
  F16(ScalarType.Half, 2),
  BF16(ScalarType.BFloat16, 2),
  F8_E4M3(ScalarType.Float8_e4m3fn, 1),
  F8_E5M2(ScalarType.Float8_e5m2, 1),
  I64(ScalarType.Long, 8),
  I32(ScalarType.Int, 4),
  I16(ScalarType.Short, 2),
  I8(ScalarType.Char, 1),
  U64(ScalarType.UInt64, 8),
  U32(ScalarType.UInt32, 4),
  U16(ScalarType.UInt16, 2),
  U8(ScalarType.Byte, 1),
  BOOL(ScalarType.Bool, 1);

  private static final Map<String, ElementType> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(ElementType::name, type -> type));

  private final ScalarType torch;
  private final int bytes;

  ElementType(ScalarType torch, int bytes) {
    this.torch = torch;
    this.bytes = bytes;
  }

  /** The engine's name for it. */
  ScalarType torch() {
    return torch;
  }

  /** Bytes of one element. */
  int bytes() {
    return bytes;
  }

  /** The type of that name, if there is one. */
  static Optional<ElementType> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /**
   * The type of a tensor's elements.
   *
   * @throws IllegalArgumentException if files cannot hold it (complex and quantised numbers)
   */
  static ElementType of(Tensor tensor) {
    ScalarType type = tensor.scalar_type().intern();
    return Arrays.stream(values())
        .filter(known -> known.torch == type)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a tensor of %s cannot be written, only %s"
                        .formatted(type, Arrays.toString(values()))));
  }
}

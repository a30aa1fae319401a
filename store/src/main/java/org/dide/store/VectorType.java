package org.dide.store;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The type of a store's vectors. */
public enum VectorType {
  /** As the towers give them. */
  FLOAT32(4, 4, ScalarType.Float),
  /** Rounded to the nearest, to even between two: half the bytes. */
  FLOAT16(2, 2, ScalarType.Half),
  /** Bytes and their scales, see {@link Quantiser}: a quarter of the bytes. Read as float16. */
  INT8(1, 2, ScalarType.Half);

  private final int bytes;
  private final int bytesInMemory;
  private final ScalarType torch;

  VectorType(int bytes, int bytesInMemory, ScalarType torch) {
    this.bytes = bytes;
    this.bytesInMemory = bytesInMemory;
    this.torch = torch;
  }

  /** Bytes of a stored value. */
  int bytes() {
    return bytes;
  }

  /** What is stored. */
  ArrowType arrow() {
    return switch (this) {
      case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case INT8 -> new ArrowType.Int(Byte.SIZE, true);
    };
  }

  /** Bytes of a value in a gallery. */
  int bytesInMemory() {
    return bytesInMemory;
  }

  /** What a gallery holds. */
  ScalarType torch() {
    return torch;
  }
}

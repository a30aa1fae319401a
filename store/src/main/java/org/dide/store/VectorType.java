package org.dide.store;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The type of a store's vectors. */
public enum VectorType {
  /** As the towers give them. */
  FLOAT32(4, FloatingPointPrecision.SINGLE, ScalarType.Float),
  /** Rounded to the nearest, to even between two: half the bytes. */
  FLOAT16(2, FloatingPointPrecision.HALF, ScalarType.Half);

  private final int bytes;
  private final FloatingPointPrecision arrow;
  private final ScalarType torch;

  VectorType(int bytes, FloatingPointPrecision arrow, ScalarType torch) {
    this.bytes = bytes;
    this.arrow = arrow;
    this.torch = torch;
  }

  /** Bytes of a value. */
  int bytes() {
    return bytes;
  }

  FloatingPointPrecision arrow() {
    return arrow;
  }

  ScalarType torch() {
    return torch;
  }
}

package org.dide.cli;

import java.util.Locale;
import org.dide.store.VectorType;

/** How a store keeps vectors, as users say it. */
enum StoredPrecision {
  /** As they are. */
  FP32(VectorType.FLOAT32),
  /** In half the bytes. */
  FP16(VectorType.FLOAT16),
  /** In a quarter. */
  INT8(VectorType.INT8);

  private final VectorType type;

  StoredPrecision(VectorType type) {
    this.type = type;
  }

  VectorType type() {
    return type;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.dide.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.store.StoreDescription;
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

  /**
   * Refuses a store that keeps vectors otherwise.
   *
   * @throws InputException if it does
   */
  void require(Path folder, StoreDescription store) {
    if (store.type() != type) {
      throw new InputException(
          "--precision: found %s, allowed is %s, which the vectors in %s have; another store may"
                  .formatted(this, of(store.type()), folder)
              + " have another (dide store export, dide store import)");
    }
  }

  private static StoredPrecision of(VectorType type) {
    return Stream.of(values()).filter(one -> one.type == type).findFirst().orElseThrow();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.dide.store;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dide.InputException;

/**
 * What a store holds.
 *
 * @param kind what was encoded
 * @param model fingerprint of the model whose towers did that
 * @param modelName what people call that model
 * @param places vectors of either sort that an item has, one for each place in an example
 * @param width D, the length of a pooled vector
 * @param shareSize S, the length of a share
 * @param type of the vectors
 * @param metadata columns beside them
 */
public record StoreDescription(
    StoredKind kind,
    String model,
    String modelName,
    int places,
    int width,
    int shareSize,
    VectorType type,
    List<MetadataField> metadata) {
  private static final int BATCH = 1024; // rows
  private static final long BATCH_BYTES = 1L << 24;

  /** Refuses what no store holds. */
  public StoreDescription {
    metadata = List.copyOf(metadata);
    if (places < 1 || width < 1 || shareSize < 1) {
      throw new InputException(
          "places %d, width %d, share size %d: allowed is at least 1"
              .formatted(places, width, shareSize));
    }
    Set<String> names = new HashSet<>();
    for (MetadataField field : metadata) {
      if (!names.add(field.name())) {
        throw new InputException("metadata '%s': found twice".formatted(field.name()));
      }
    }
  }

  /** The metadata column of that name. */
  public Optional<MetadataField> field(String name) {
    return metadata.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /** Bytes of an item's vectors, but for the scales of those that are rounded to bytes. */
  private long rowBytes() {
    return (long) places * (width + shareSize) * type.bytes();
  }

  /** How many rows take so many bytes, about: at least one, and no more than that. */
  int rowsOf(long bytes, int most) {
    return (int) Math.max(1, Math.min(most, bytes / rowBytes()));
  }

  /** Rows to read or make at once. */
  int batchRows() {
    return rowsOf(BATCH_BYTES, BATCH);
  }

  /** How vectors become bytes, where they do. */
  Quantiser quantiser() {
    return new Quantiser(width);
  }

  /** The same with vectors of another type. */
  StoreDescription with(VectorType other) {
    return new StoreDescription(kind, model, modelName, places, width, shareSize, other, metadata);
  }

  /** The same with other metadata columns. */
  StoreDescription with(List<MetadataField> columns) {
    return new StoreDescription(kind, model, modelName, places, width, shareSize, type, columns);
  }
}

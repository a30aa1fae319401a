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

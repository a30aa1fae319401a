package org.dide.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.dide.InputException;
import org.dide.answer.StoredItem;

/** Refuses rows that a store cannot hold. */
final class RowCheck {
  private static final float MAX_HALF = 65504; // the largest float16

  private RowCheck() {}

  /**
   * Refuses a row that does not fit.
   *
   * @throws InputException saying what does not
   */
  static void check(StoreDescription description, StoredRow row) {
    StoredKind kind =
        row.item() instanceof StoredItem.Picture ? StoredKind.PICTURES : StoredKind.TEXTS;
    if (kind != description.kind()) {
      throw new InputException(
          "id '%s': the store holds %s only"
              .formatted(
                  row.id(), description.kind() == StoredKind.PICTURES ? "pictures" : "texts"));
    }
    check(description, row.id(), "pooled vector", row.vectors().pooled(), description.width());
    check(description, row.id(), "share", row.vectors().shares(), description.shareSize());
    row.metadata().forEach((name, value) -> check(description, row.id(), name, value));
  }

  /**
   * Refuses rows from elsewhere whose vectors are other ones. Their precision may differ.
   *
   * @throws InputException saying what differs
   */
  static void check(StoreDescription store, StoreDescription other, Path from) {
    StoreDescription same =
        new StoreDescription(
            store.kind(),
            store.model(),
            other.modelName(),
            store.places(),
            store.width(),
            store.shareSize(),
            other.type(),
            other.metadata());
    if (!same.equals(other)) {
      throw new InputException(
          "%s: found %s; the store holds %s".formatted(from, told(other), told(store)));
    }
  }

  private static String told(StoreDescription description) {
    return "%s of the model %s with the fingerprint %s, places %d, width %d, share size %d"
        .formatted(
            description.kind().name().toLowerCase(Locale.ROOT),
            description.modelName(),
            description.model(),
            description.places(),
            description.width(),
            description.shareSize());
  }

  private static void check(
      StoreDescription description, String id, String what, List<float[]> vectors, int length) {
    if (vectors.size() != description.places()) {
      throw new InputException(
          "id '%s': found %d vectors, the store keeps %d"
              .formatted(id, vectors.size(), description.places()));
    }
    float most = description.type() == VectorType.FLOAT32 ? Float.MAX_VALUE : MAX_HALF;
    for (float[] vector : vectors) {
      if (vector.length != length) {
        throw new InputException(
            "id '%s': found a %s of %d values, the store keeps %d"
                .formatted(id, what, vector.length, length));
      }
      for (float value : vector) {
        if (!(Math.abs(value) <= most)) {
          throw new InputException(
              "id '%s': found %s in a %s, allowed is from -%s to %s"
                  .formatted(id, value, what, most, most));
        }
      }
    }
  }

  private static void check(StoreDescription description, String id, String name, Object value) {
    MetadataField field =
        description
            .field(name)
            .orElseThrow(
                () ->
                    new InputException(
                        "id '%s': metadata '%s' is not a column of the store; it has %s"
                            .formatted(
                                id,
                                name,
                                description.metadata().stream()
                                    .map(MetadataField::name)
                                    .toList())));
    if (!field.type().type().isInstance(value)) {
      throw new InputException(
          "id '%s': metadata '%s': found %s, allowed is a %s"
              .formatted(id, name, value, field.type().type().getSimpleName()));
    }
  }
}

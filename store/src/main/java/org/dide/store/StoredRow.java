package org.dide.store;

import java.util.Map;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;

/**
 * An item as a store keeps it.
 *
 * @param item what was encoded
 * @param vectors what its tower made of it
 * @param metadata by column, of the column's type; columns that it lacks are left out
 */
public record StoredRow(StoredItem item, Vectors vectors, Map<String, Object> metadata) {
  /** Keeps an unmodifiable copy of the map. */
  public StoredRow {
    metadata = Map.copyOf(metadata);
  }

  /** The same with other metadata. */
  StoredRow with(Map<String, Object> other) {
    return new StoredRow(item, vectors, other);
  }

  /** Names it. */
  public String id() {
    return item.id();
  }
}

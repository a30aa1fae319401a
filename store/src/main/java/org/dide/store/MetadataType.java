package org.dide.store;

/** What a metadata column holds. */
public enum MetadataType {
  /** A {@link String}. */
  STRING(String.class),
  /** A {@link Long}. */
  INT64(Long.class),
  /** A {@link Double}. */
  DOUBLE(Double.class),
  /** A {@link Boolean}. */
  BOOL(Boolean.class);

  private final Class<?> type;

  MetadataType(Class<?> type) {
    this.type = type;
  }

  /** Of its values in Java. */
  public Class<?> type() {
    return type;
  }
}

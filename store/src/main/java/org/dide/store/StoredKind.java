package org.dide.store;

/** What a store's vectors were made of. */
public enum StoredKind {
  /** Pictures: {@link org.dide.answer.StoredItem.Picture}. */
  PICTURES,
  /** Questions, statements or captions: {@link org.dide.answer.StoredItem.Text}. */
  TEXTS
}

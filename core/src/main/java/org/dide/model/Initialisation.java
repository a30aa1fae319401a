package org.dide.model;

/** How widely the weights of a fresh model are spread. */
public enum Initialisation {
  /** Normal with standard deviation 0.02, as published for BERT's and ViT's widths. */
  PUBLISHED,
  /**
   * Weights normal with standard deviation 1/√(last dimension), places of patches with 0.3, about
   * as large as an embedded patch, and each the sum of its row's and its column's. A narrow model
   * (128 wide) that starts from nothing hardly learns to look at a picture from 0.02, or what is
   * beside what from places that have nothing in common, and does from this.
   */
  FAN_IN;

  private static final Initial WIDE_PLACE = Initial.grid(0.3);

  /** How a parameter is drawn that asks for the published way. */
  Initial spread(Initial published, long... shape) {
    if (this == PUBLISHED) {
      return published;
    }
    if (published == Initial.PLACE) {
      return WIDE_PLACE;
    }
    return published == Initial.NORMAL
        ? Initial.normal(1 / Math.sqrt((double) shape[shape.length - 1]))
        : published;
  }
}

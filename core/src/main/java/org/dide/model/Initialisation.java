package org.dide.model;

/** How widely the weights of a fresh model are spread. */
public enum Initialisation {
  /** Normal with standard deviation 0.02, as published for BERT's and ViT's widths. */
  PUBLISHED,
  /**
   * Normal with standard deviation 1/√(last dimension). A narrow model (128 wide) that starts from
   * nothing hardly learns to look at a picture from 0.02, and does from this.
   */
  FAN_IN;

  Initial normal(long... shape) {
    return this == PUBLISHED
        ? Initial.NORMAL
        : Initial.normal(1 / Math.sqrt((double) shape[shape.length - 1]));
  }
}

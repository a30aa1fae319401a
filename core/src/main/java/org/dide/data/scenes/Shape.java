package org.dide.data.scenes;

import java.util.Locale;

/** An object's outline. */
public enum Shape implements Value {
  CIRCLE,
  SQUARE,
  TRIANGLE,
  CROSS;

  @Override
  public Attribute attribute() {
    return Attribute.SHAPE;
  }

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether a point lies inside.
   *
   * @param x to the right of the middle, in units of half the object's width
   * @param y below the middle, in the same units
   */
  boolean contains(double x, double y) {
    double across = Math.abs(x);
    double down = Math.abs(y);
    return switch (this) {
      case CIRCLE -> x * x + y * y <= 1;
      case SQUARE -> Math.max(across, down) <= 0.88;
      case TRIANGLE -> y >= -1 && y <= 0.85 && across <= (y + 1) * 0.54;
      case CROSS -> Math.min(across, down) <= 0.33 && Math.max(across, down) <= 1;
    };
  }
}

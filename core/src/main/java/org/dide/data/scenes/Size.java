package org.dide.data.scenes;

import java.util.Locale;

/** How big an object is. */
public enum Size implements Value {
  SMALL,
  LARGE;

  @Override
  public Attribute attribute() {
    return Attribute.SIZE;
  }

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

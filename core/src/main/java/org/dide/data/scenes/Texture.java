package org.dide.data.scenes;

import java.util.Locale;

/** How an object's surface looks. */
public enum Texture implements Value {
  SOLID,
  STRIPED;

  @Override
  public Attribute attribute() {
    return Attribute.TEXTURE;
  }

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.dide.data.scenes;

import java.util.Locale;

/** An object's colour. */
public enum Colour implements Value {
  RED(0xD62728),
  GREEN(0x2C963C),
  BLUE(0x285ADC),
  YELLOW(0xEBD21E),
  PURPLE(0x8C3CAA),
  ORANGE(0xFA8214);

  private final int rgb;

  Colour(int rgb) {
    this.rgb = rgb;
  }

  @Override
  public Attribute attribute() {
    return Attribute.COLOUR;
  }

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The 8-bit value of a channel: 0 red, 1 green, 2 blue. */
  int channel(int channel) {
    return (rgb >> (16 - 8 * channel)) & 0xFF;
  }
}

package org.dide.data.scenes;

/** Everything about an object but its place. */
public record Look(Size size, Texture texture, Colour colour, Shape shape) {
  /** Its value of an attribute. */
  public Value value(Attribute attribute) {
    return switch (attribute) {
      case SIZE -> size;
      case TEXTURE -> texture;
      case COLOUR -> colour;
      case SHAPE -> shape;
    };
  }
}

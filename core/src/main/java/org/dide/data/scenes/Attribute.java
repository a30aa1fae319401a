package org.dide.data.scenes;

import java.util.List;

/** What objects can differ in; in the order in which English puts the words. */
public enum Attribute {
  SIZE("size"),
  TEXTURE("texture"),
  COLOUR("color"),
  SHAPE("shape");

  private final String word;

  Attribute(String word) {
    this.word = word;
  }

  /** How questions call it; spelled as VQA's questions spell it. */
  public String word() {
    return word;
  }

  /** Everything an object can be in this respect. */
  public List<Value> choices() {
    return switch (this) {
      case SIZE -> List.of(Size.values());
      case TEXTURE -> List.of(Texture.values());
      case COLOUR -> List.of(Colour.values());
      case SHAPE -> List.of(Shape.values());
    };
  }
}

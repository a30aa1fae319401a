package org.dide.data.scenes;

/** A value of an attribute, such as red. */
public sealed interface Value permits Shape, Colour, Size, Texture {
  /** The attribute this is a value of. */
  Attribute attribute();

  /** How questions and answers call it. */
  String word();
}

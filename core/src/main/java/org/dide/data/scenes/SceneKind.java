package org.dide.data.scenes;

import java.util.List;
import java.util.Locale;

/** Kinds of questions, with their phrasings. */
public enum SceneKind {
  /** Is there such an object? Given: "a red circle", "red circles". */
  EXISTS("is there %1$s?", "are there any %2$s?", "does the picture show %1$s?"),
  /** How many such objects are there? Given: "red circles". */
  COUNT("how many %s are there?", "how many %s can you see?"),
  /** What is the one such object like? Given: "color", "large circle". */
  ATTRIBUTE("what %s is the %s?", "what is the %s of the %s?"),
  /** In which row or column is the one such object? Given: "row", "red circle". */
  WHERE("in which %s is the %s?", "which %s is the %s in?"),
  /** What is the object in a cell like? Given: "shape", row and column, counted from 1. */
  PLACE(
      "what %s is the object in row %s and column %s?",
      "what %s is the thing in row %s and column %s?"),
  /** Are there more, fewer, or as many of these as of those? Given: "red objects", "circles". */
  COMPARISON(
      "are there more %s than %s?", "are there fewer %s than %s?", "are there as many %s as %s?"),
  /** What is the object beside another like? Given: "shape", "just above", "red circle". */
  RELATION("what %s is the object %s the %s?", "what %s is the thing %s the %s?"),
  /** Is there such an object beside another? Given: "a circle", "just above", "red square". */
  NEIGHBOUR("is there %s %s the %s?", "do you see %s %s the %s?"),
  /** What is the object beside the object beside another like? */
  TWO_HOP(
      "what %s is the object %s the object %s the %s?",
      "what %s is the thing %s the thing %s the %s?");

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
  private final List<String> phrasings;

  SceneKind(String... phrasings) {
    this.phrasings = List.of(phrasings);
  }

  /** The name that scores by kind carry, such as {@code two-hop}. */
  public String type() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Formats of the questions. */
  List<String> phrasings() {
    return phrasings;
  }
}

package org.dide.model;

import java.util.function.Predicate;

/**
 * What may be missing of a file's parameters, and how it is then drawn.
 *
 * @param allowed the names of parameters that need not be there
 * @param seed of what is drawn
 * @param initialisation how widely that is spread
 */
public record Absent(Predicate<String> allowed, long seed, Initialisation initialisation) {
  /** Nothing may be missing. */
  public static final Absent NOTHING = new Absent(name -> false, 0, Initialisation.PUBLISHED);
}

package org.dide.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the demo is carried out.
 *
 * @param out folder of everything it makes
 * @param shipped the teacher's model folder; empty to train the teacher first, by its recipe
 * @param seed of every training
 * @param recipeChanges settings of all recipes, such as {@code steps=10}, applied last
 * @param rounds timings of each way to answer
 */
public record DemoSettings(
    Path out, Optional<Path> shipped, long seed, List<String> recipeChanges, int rounds) {
  private static final int ROUNDS = 25;

  /** Keeps an unmodifiable copy of the list. */
  public DemoSettings {
    recipeChanges = List.copyOf(recipeChanges);
  }

  /** The demo as it is meant to be seen. */
  public static DemoSettings standard(
      Path out, Optional<Path> shipped, long seed, List<String> recipeChanges) {
    return new DemoSettings(out, shipped, seed, recipeChanges, ROUNDS);
  }

  /** The teacher's model folder, a copy of the one shipped or of the one trained. */
  public Path teacher() {
    return out.resolve("teacher");
  }

  /** The best student's model folder. */
  public Path model() {
    return out.resolve("model");
  }

  /** The run folder of a recipe. */
  Path run(String recipe) {
    return out.resolve("runs").resolve(recipe);
  }

  /** Pictures to ask about. */
  public Path pictures() {
    return out.resolve("pictures");
  }

  /** One of them. */
  public Path picture(int number) {
    return pictures().resolve("%06d.png".formatted(number));
  }

  /** Position in test of the picture in a file of that name. */
  static int number(String file) {
    return Integer.parseInt(file.substring(0, file.indexOf('.')));
  }

  /** A store of these pictures, which the user is told how to make. */
  public Path store() {
    return out.resolve("pictures.store");
  }

  /** What was measured, for machines: {@link DemoResult} in JSON. */
  public Path results() {
    return out.resolve("results.json");
  }

  /** The page. */
  public Path report() {
    return out.resolve("report.html");
  }
}

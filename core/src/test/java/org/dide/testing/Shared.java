package org.dide.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the golden cases and data sets that may lie beside a checkout. */
public final class Shared {
  private Shared() {}

  /** The path below {@code ../shared}; skips the calling test, saying so, where it is absent. */
  public static Path path(String relative) {
    Path path = checkout().resolveSibling("shared").resolve(relative);
    assumeTrue(Files.exists(path), () -> "skipped: no " + path + " beside this checkout");
    return path;
  }

  private static Path checkout() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("dide")) && directory.getParent() != null) {
      directory = directory.getParent();
    }
    return directory;
  }
}

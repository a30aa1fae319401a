package org.dide.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the data sets that may lie beside a checkout. */
final class Shared {
  private Shared() {}

  /** The path below {@code ../shared}; skips the calling test, saying so, where it is absent. */
  static Path path(String relative) {
    Path module = Path.of("").toAbsolutePath();
    Path path = module.resolve("../../shared").resolve(relative).normalize();
    assumeTrue(Files.exists(path), () -> "skipped: no " + path + " beside this checkout");
    return path;
  }
}

package org.dide.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** Where the data lies that a command looks at. */
final class DataPath {
  @Parameters(
      paramLabel = "PATH",
      arity = "0..1",
      description = "The data's folder or file, instead of the recipe's.")
  private Optional<Path> path = Optional.empty();

  /** The path, if one was given. */
  Optional<Path> given() {
    return path;
  }
}

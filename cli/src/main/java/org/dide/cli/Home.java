package org.dide.cli;

import java.nio.file.Path;
import java.util.Optional;

/** The folder that dide lies in, as the launcher tells. */
final class Home {
  private static final String PROPERTY = "dide.home";

  private Home() {}

  /** The folder; empty if it was not the launcher that started dide. */
  static Optional<Path> folder() {
    return Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of);
  }
}

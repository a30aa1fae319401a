package org.dide.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dide.InputException;

/** Which model a command takes when none is named. */
final class DefaultModel {
  private static final Path DEMO = Path.of("demo", "model");
  private static final Path BUNDLED = Path.of("models", "scenes-student");

  private DefaultModel() {}

  /**
   * The model's folder: the one named, else the demo's below the current folder, else the one that
   * comes with dide.
   *
   * @throws InputException if there is none
   */
  static Path folder(Optional<Path> named) {
    return named.orElseGet(() -> find(Path.of(""), Home.folder()));
  }

  static Path find(Path current, Optional<Path> home) {
    Path demo = current.resolve(DEMO);
    if (Files.isDirectory(demo)) {
      return demo;
    }
    Optional<Path> bundled = home.map(folder -> folder.resolve(BUNDLED));
    return bundled
        .filter(Files::isDirectory)
        .orElseThrow(() -> new InputException(nowhere(demo, bundled)));
  }

  private static String nowhere(Path demo, Optional<Path> bundled) {
    return "no model: there is neither %s, which dide demo makes, nor %s; run dide demo here, or name a model's folder with --model"
        .formatted(
            demo.toAbsolutePath().normalize(),
            bundled
                .map(folder -> folder + ", which comes with dide")
                .orElse(BUNDLED + " in dide's own folder, which only the launcher dide knows"));
  }
}

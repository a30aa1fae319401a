package org.dide.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.dide.InputException;
import picocli.CommandLine.Option;

/** The model to ask, for commands that can do without being told. */
final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "The model's folder. Default: demo/model if it is there, else the model that comes with"
              + " dide.")
  private Optional<Path> model = Optional.empty();

  /**
   * The folder named, or the default one.
   *
   * @throws InputException if none is named and there is no default one
   */
  Path folder() {
    return DefaultModel.folder(model);
  }
}

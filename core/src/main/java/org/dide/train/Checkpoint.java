package org.dide.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dide.InputException;

/**
 * A folder from which a training can go on: the model, the optimiser's state, and where the
 * training stood.
 *
 * @param folder {@code checkpoints/step-NNNNNNNN}
 * @param step training steps done
 */
public record Checkpoint(Path folder, long step) {
  /** The parameters, in safetensors. */
  public Path model() {
    return folder.resolve("model.safetensors");
  }

  /** What {@link Optimizer#state} gave, in safetensors. */
  public Path optimizer() {
    return folder.resolve("optimizer.safetensors");
  }

  /**
   * Where the training stood, in JSON that the trainer understands.
   *
   * @throws InputException if it cannot be read
   */
  public String state() {
    try {
      return Files.readString(stateFile());
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(stateFile(), e), e);
    }
  }

  Path stateFile() {
    return folder.resolve("state.json");
  }

  boolean isComplete() {
    return List.of(model(), optimizer(), stateFile()).stream().allMatch(Files::isRegularFile);
  }
}

package org.dide.exchange;

import java.nio.file.Path;
import org.dide.tensor.TensorFile;

/** Opens parameters, whatever they are written in. */
public final class ParameterFiles {
  private static final String INDEX = ".index.json";

  private ParameterFiles() {}

  /**
   * Opens a safetensors file, a torch checkpoint, or the index of several such files.
   *
   * @throws org.dide.InputException if it cannot be read or is none of these
   */
  public static TensorFile open(Path file) {
    return file.toString().endsWith(INDEX) ? ShardedFile.open(file) : TensorFile.open(file);
  }
}

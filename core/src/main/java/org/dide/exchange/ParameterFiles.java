package org.dide.exchange;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dide.AtomicFolder;
import org.dide.hub.ShardIndex;
import org.dide.tensor.TensorFile;

/** Opens parameters, whatever they are written in. */
public final class ParameterFiles {
  private ParameterFiles() {}

  /**
   * Opens the parameters of a model folder, of ours or of the transformers library, or a file.
   *
   * @throws org.dide.InputException if there are none, or they are unsound
   */
  public static TensorFile of(Path folderOrFile) {
    Path current = AtomicFolder.current(folderOrFile);
    return open(Files.isDirectory(current) ? HuggingFaceFolder.parameters(current) : current);
  }

  /**
   * Opens a safetensors file, a torch checkpoint, or the index of several such files.
   *
   * @throws org.dide.InputException if it cannot be read or is none of these
   */
  public static TensorFile open(Path file) {
    return ShardIndex.is(file.toString()) ? ShardedFile.open(file) : TensorFile.open(file);
  }
}

package org.dide.data.source;

import java.nio.file.Path;
import org.dide.data.EasyVqa;
import org.dide.data.scenes.ScenesSettings;

/**
 * Which data, and how it is read.
 *
 * @param format how the data is laid out
 * @param path folder or file; empty for generated data
 * @param devFraction of the training pictures set aside for dev where the data has no dev split
 * @param vocabulary a {@code vocab.txt}, or empty to take the teacher's or build one from the
 *     training texts
 * @param vocabularySize most tokens of a vocabulary that is built
 * @param scenes settings of generated data
 */
public record DataSettings(
    DataFormat format,
    String path,
    double devFraction,
    String vocabulary,
    int vocabularySize,
    ScenesSettings scenes) {
  private static final int VOCABULARY_SIZE = 8000;

  /**
   * Data of which nothing but format and path is said: the rest as in a recipe that says no more.
   */
  public static DataSettings of(DataFormat format, String path) {
    return new DataSettings(
        format, path, EasyVqa.DEFAULT_DEV_FRACTION, "", VOCABULARY_SIZE, ScenesSettings.DEFAULT);
  }

  /** The same, read from another path. */
  public DataSettings at(Path elsewhere) {
    return new DataSettings(
        format, elsewhere.toString(), devFraction, vocabulary, vocabularySize, scenes);
  }
}

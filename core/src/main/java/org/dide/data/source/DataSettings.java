package org.dide.data.source;

import org.dide.data.scenes.ScenesSettings;

/**
 * Which data, and how it is read.
 *
 * @param format how the data is laid out
 * @param path folder or file; empty for generated data
 * @param pictureFolder where the pictures lie, for formats that leave it open; empty for the place
 *     that the format has for them
 * @param devFraction of the training pictures set aside for dev where the data has no dev split
 * @param vocabulary a {@code vocab.txt}, or empty to take the teacher's or build one from the
 *     training texts
 * @param vocabularySize most tokens of a vocabulary that is built
 * @param scenes settings of generated data
 */
public record DataSettings(
    DataFormat format,
    String path,
    String pictureFolder,
    double devFraction,
    String vocabulary,
    int vocabularySize,
    ScenesSettings scenes) {

  /** The same settings for other data. */
  public DataSettings of(DataFormat another, String elsewhere) {
    return new DataSettings(
        another, elsewhere, pictureFolder, devFraction, vocabulary, vocabularySize, scenes);
  }

  /** The same settings, with the pictures in another folder. */
  public DataSettings withPictures(String folder) {
    return new DataSettings(format, path, folder, devFraction, vocabulary, vocabularySize, scenes);
  }
}

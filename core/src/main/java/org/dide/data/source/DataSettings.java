package org.dide.data.source;

import java.util.List;
import org.dide.data.scenes.ScenesSettings;

/**
 * Which data, and how it is read.
 *
 * @param format how the data is laid out
 * @param path folder or file, or a pattern of files; empty for generated data and for a mix
 * @param pictureFolder where the pictures lie, for formats that leave it open; empty for the place
 *     that the format has for them
 * @param parts of a mix
 * @param devFraction of the training pictures set aside for dev where the data has no dev split
 * @param without text files that name pictures which are not to be trained on
 * @param shuffleBuffer examples among which a training draws the next one, where data lies in few
 *     large files
 * @param tolerate share of the examples whose pictures need not be readable
 * @param vocabulary a {@code vocab.txt}, or empty to take the teacher's or build one from the
 *     training texts
 * @param vocabularySize most tokens of a vocabulary that is built
 * @param scenes settings of generated data
 */
public record DataSettings(
    DataFormat format,
    String path,
    String pictureFolder,
    List<MixPart> parts,
    double devFraction,
    List<String> without,
    int shuffleBuffer,
    double tolerate,
    String vocabulary,
    int vocabularySize,
    ScenesSettings scenes) {
  /** Keeps unmodifiable copies of the lists. */
  public DataSettings {
    parts = List.copyOf(parts);
    without = List.copyOf(without);
  }

  /** The same settings for other data. */
  public DataSettings of(DataFormat another, String elsewhere) {
    return with(another, elsewhere, pictureFolder);
  }

  /** The same settings, with the pictures in another folder. */
  public DataSettings withPictures(String folder) {
    return with(format, path, folder);
  }

  /** The same settings for a part of a mix. */
  DataSettings of(MixPart part) {
    return with(part.format(), part.path(), part.pictureFolder());
  }

  private DataSettings with(DataFormat another, String elsewhere, String folder) {
    return new DataSettings(
        another,
        elsewhere,
        folder,
        another == DataFormat.MIX ? parts : List.of(),
        devFraction,
        without,
        shuffleBuffer,
        tolerate,
        vocabulary,
        vocabularySize,
        scenes);
  }
}

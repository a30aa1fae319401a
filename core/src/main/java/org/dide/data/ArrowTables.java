package org.dide.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dide.InputException;

/**
 * Reads the tables that ViLT is pre-trained on, as its scripts write them: files {@code *.arrow} in
 * Arrow's IPC file format, with the columns {@code image} (bytes of a picture's file) and {@code
 * caption} (a list of texts, or one), and if there are any {@code image_id} and {@code split}.
 *
 * <p>A row is a picture with its captions. Its part is that of its file's folder, or else what
 * {@code split} says, or else a word of the file's name: {@code train}, {@code restval} (train
 * too), {@code val}, {@code test}. Values are read from their place in the file, as {@link
 * ArrowFile} tells.
 */
public final class ArrowTables {
  private static final String ENDING = ".arrow";

  private ArrowTables() {}

  /**
   * Finds the parts of a data set.
   *
   * @param place a table, a folder of tables, or a pattern such as {@code sbu_*.arrow}
   * @param devFraction of train that becomes dev where no row is of dev
   * @param buffer examples among which a training draws the next one
   * @param decoder reads the pictures, later
   * @param problems hears of tables that cannot be read, and of what is left out
   * @throws InputException if there is no table, or from the listener
   */
  public static Splits read(
      Path place,
      double devFraction,
      int buffer,
      PictureDecoder decoder,
      ProblemListener problems) {
    DevCut.requireFraction(devFraction);
    ShardFiles files = ShardFiles.find(place, ENDING, problems);
    List<ArrowTable> tables = new ArrayList<>();
    List<Split> parts = new ArrayList<>();
    files
        .parts()
        .forEach(
            (file, folder) -> {
              try {
                ArrowTable table =
                    ArrowTable.index(file, ShardFiles.name(file, folder, ENDING), folder, problems);
                tables.add(table);
                parts.addAll(table.parts());
              } catch (InputException unreadable) {
                problems.onUnreadable(unreadable);
              }
            });
    return CaptionedExamples.splits(
        files.name(), new Shards(tables, decoder), parts, devFraction, buffer);
  }
}

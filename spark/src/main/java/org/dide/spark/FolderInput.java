package org.dide.spark;

import static org.apache.spark.sql.functions.col;

import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.dide.InputException;
import org.dide.answer.PictureFinder;
import org.dide.answer.PictureSource;

/**
 * Pictures in a folder, at any depth, told by their names' endings. An id is the path below the
 * folder. Spark passes over names that begin with a dot or an underscore.
 *
 * @param folder on any file system that Hadoop knows
 */
record FolderInput(String folder) implements Input {
  @Override
  public String place() {
    return folder;
  }

  @Override
  public String wanted() {
    return "names that end in ."
        + String.join(", .", PictureFinder.ENDINGS.stream().sorted().toList());
  }

  @Override
  public JavaRDD<PictureSource> pictures(SparkSession session) {
    Storage root = Storage.of(session, folder);
    root.requireFolder();
    Dataset<Row> files =
        session
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", "true")
            .option("pathGlobFilter", glob())
            .load(folder);
    String prefix = root.name() + "/";
    JavaRDD<PictureSource> pictures =
        files
            .filter(col("length").leq(NoPicture.MAXIMUM_BYTES))
            .select("path", "content")
            .toJavaRDD()
            .map(row -> picture(prefix, row));
    // Apart, since Spark reads the content of all that it is asked for, and fails beyond 2 GiB.
    JavaRDD<PictureSource> tooLarge =
        files
            .filter(col("length").gt(NoPicture.MAXIMUM_BYTES))
            .select("path", "length")
            .toJavaRDD()
            .map(row -> tooLarge(prefix, row));
    return pictures.union(tooLarge);
  }

  private static PictureSource picture(String prefix, Row row) {
    String place = row.getString(0);
    return new PictureBytes(id(prefix, place), place, row.getAs(1));
  }

  private static PictureSource tooLarge(String prefix, Row row) {
    String place = row.getString(0);
    return NoPicture.tooLarge(id(prefix, place), place, row.getLong(1));
  }

  private static String id(String prefix, String place) {
    if (!place.startsWith(prefix)) {
      throw new InputException("%s: found a file that is not below %s".formatted(place, prefix));
    }
    return place.substring(prefix.length());
  }

  /** Matches the endings in either case. */
  private static String glob() {
    return PictureFinder.ENDINGS.stream()
        .sorted()
        .map(FolderInput::eitherCase)
        .collect(Collectors.joining(",", "*.{", "}"));
  }

  private static String eitherCase(String ending) {
    String upper = ending.toUpperCase(Locale.ROOT);
    StringBuilder glob = new StringBuilder();
    for (int i = 0; i < ending.length(); i++) {
      glob.append('[').append(ending.charAt(i)).append(upper.charAt(i)).append(']');
    }
    return glob.toString();
  }
}

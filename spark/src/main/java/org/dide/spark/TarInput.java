package org.dide.spark;

import java.util.List;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.input.PortableDataStream;
import org.apache.spark.sql.SparkSession;
import org.dide.InputException;
import org.dide.answer.PictureFinder;
import org.dide.answer.PictureSource;

/**
 * Pictures in tars, such as img2dataset's and WebDataset's. One task reads a whole tar, or several
 * small ones, from front to back. An id is the tar's name without its ending, and the path in it.
 *
 * @param path a folder, a tar, or a pattern of Hadoop's such as {@code s3a://shop/{00..99}*.tar}
 */
record TarInput(String path) implements Input {
  @Override
  public String place() {
    return path;
  }

  @Override
  public String wanted() {
    return "names in the tars that end in ."
        + String.join(", .", PictureFinder.ENDINGS.stream().sorted().toList());
  }

  @Override
  public JavaRDD<PictureSource> pictures(SparkSession session) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    JavaPairRDD<String, PortableDataStream> tars =
        context
            .binaryFiles(path, context.defaultParallelism())
            .filter(file -> TarPictures.isTar(file._1()));
    requireNames(found(tars));
    return tars.flatMap(tar -> new TarPictures(tar._1(), tar._2().open()));
  }

  private List<String> found(JavaPairRDD<String, PortableDataStream> tars) {
    try {
      return tars.keys().collect();
    } catch (Exception problem) { // Hadoop's, of a type that Java does not know to be thrown
      throw new InputException("%s: cannot be listed (%s)".formatted(path, problem), problem);
    }
  }

  private void requireNames(List<String> tars) {
    if (tars.isEmpty()) {
      throw new InputException("%s: found no file whose name ends in .tar".formatted(path));
    }
    TreeMap<String, String> byName = new TreeMap<>();
    for (String tar : tars) {
      String other = byName.put(TarPictures.prefix(tar), tar);
      if (other != null) {
        throw new InputException(
            "%s: found two tars of one name, %s and %s, whose pictures could not be told apart; encode them apart"
                .formatted(path, other, tar));
      }
    }
  }
}

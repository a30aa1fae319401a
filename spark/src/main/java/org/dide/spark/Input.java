package org.dide.spark;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.dide.answer.PictureSource;

/** Where pictures come from. */
sealed interface Input permits FolderInput, TableInput, TarInput {
  /** Where that is. */
  String place();

  /** How a picture is told there. */
  String wanted();

  /**
   * The pictures, still as bytes and not yet fetched. No two have the same id.
   *
   * @throws org.dide.InputException if there is no such place, or two would have the same id
   */
  JavaRDD<PictureSource> pictures(SparkSession session);
}

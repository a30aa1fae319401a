package org.dide.spark;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.dide.InputException;
import org.dide.answer.PictureSource;

/**
 * Pictures in a column of a Parquet table.
 *
 * @param path of the table
 * @param idColumn whose values name the pictures; {@code a.b} is the field b of a
 * @param imageColumn either the bytes, or a struct with a field {@code bytes}, as Hugging Face
 *     writes them
 */
record TableInput(String path, String idColumn, String imageColumn) implements Input {
  private static final int SHOWN = 3;

  @Override
  public String place() {
    return path;
  }

  @Override
  public String wanted() {
    return "rows";
  }

  @Override
  public JavaRDD<PictureSource> pictures(SparkSession session) {
    Storage.of(session, path).requireThere();
    Dataset<Row> table = session.read().parquet(path);
    type(table, idColumn);
    Column id = col(idColumn).cast("string").as("id");
    Column image = image(type(table, imageColumn)).as("image");
    requireIds(table.select(id));
    String place = path;
    return table.select(id, image).toJavaRDD().map(row -> picture(place, row));
  }

  private static PictureSource picture(String path, Row row) {
    String id = row.getString(0);
    String place = "%s: %s".formatted(path, id);
    return row.isNullAt(1)
        ? new NoPicture(id, place, place + ": holds no bytes")
        : new PictureBytes(id, place, row.getAs(1));
  }

  private DataType type(Dataset<Row> table, String column) {
    try {
      return table.select(col(column)).schema().fields()[0].dataType();
    } catch (Exception none) { // of a type that Java does not know to be thrown
      throw new InputException(
          "%s: there is no column '%s'; its columns are %s"
              .formatted(path, column, String.join(", ", table.columns())),
          none);
    }
  }

  private Column image(DataType type) {
    if (type.equals(DataTypes.BinaryType)) {
      return col(imageColumn);
    }
    if (type instanceof StructType struct
        && Arrays.asList(struct.fieldNames()).contains("bytes")
        && struct.apply("bytes").dataType().equals(DataTypes.BinaryType)) {
      return col(imageColumn + ".bytes");
    }
    throw new InputException(
        "%s: column '%s': found %s, allowed are binary and a struct with a binary field 'bytes'"
            .formatted(path, imageColumn, type.simpleString()));
  }

  /** Reads the ids alone, which costs little beside encoding. */
  private void requireIds(Dataset<Row> ids) {
    long empty = ids.filter(col("id").isNull().or(col("id").equalTo(""))).count();
    if (empty > 0) {
      throw new InputException(
          "%s: column '%s': found %,d rows without an id, needed is one in each"
              .formatted(path, idColumn, empty));
    }
    List<String> twice =
        ids.groupBy("id").count().filter("count > 1").limit(SHOWN).toJavaRDD().collect().stream()
            .map(row -> "'%s' (%d times)".formatted(row.getString(0), row.getLong(1)))
            .sorted()
            .toList();
    if (!twice.isEmpty()) {
      throw new InputException(
          "%s: column '%s': found the same id more than once, such as %s; needed is another in each row"
              .formatted(path, idColumn, String.join(", ", twice)));
    }
  }
}

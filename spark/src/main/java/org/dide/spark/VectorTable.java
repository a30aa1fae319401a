package org.dide.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.dide.answer.PictureEncoder.Outcome;
import org.dide.answer.Vectors;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.ArraySeq;

/**
 * What is written of each picture, as Parquet. Version 1; {@link VectorsDescription} stands beside
 * it.
 *
 * <table>
 *   <caption>Columns</caption>
 *   <tr><td>{@code id}</td><td>string</td><td>names the picture; once in the table</td></tr>
 *   <tr><td>{@code sha256}</td><td>string</td><td>of its file's bytes, in hexadecimal</td></tr>
 *   <tr><td>{@code width}, {@code height}</td><td>int</td><td>pixels, upright</td></tr>
 *   <tr><td>{@code pooled_0}</td><td>array of float</td><td>what the tower gives, D</td></tr>
 *   <tr><td>{@code share_0}</td><td>array of float</td><td>what answering reads, S</td></tr>
 *   <tr><td>{@code pooled_1}, {@code share_1}</td><td></td><td>the same in the second place, where
 *       the model is about pairs</td></tr>
 * </table>
 *
 * The columns stand in the order id, sha256, width, height, pooled_0, pooled_1, share_0, share_1.
 *
 * <p>While it is made, a last column {@code why} says of a picture that could not be read what is
 * wrong with it; its other columns but the id are then null.
 *
 * @param places of a picture in an example: 1, or 2 for pairs
 */
record VectorTable(int places) implements Serializable {
  static final String ID = "id";
  static final String WHY = "why";

  /** The column of shares in a place. */
  static String share(int place) {
    return "share_" + place;
  }

  /** The column of pooled vectors in a place. */
  static String pooled(int place) {
    return "pooled_" + place;
  }

  /** The columns while the table is made. */
  StructType schema() {
    DataType vector = DataTypes.createArrayType(DataTypes.FloatType, false);
    Stream<StructField> facts =
        Stream.of(
            DataTypes.createStructField(ID, DataTypes.StringType, false),
            DataTypes.createStructField("sha256", DataTypes.StringType, true),
            DataTypes.createStructField("width", DataTypes.IntegerType, true),
            DataTypes.createStructField("height", DataTypes.IntegerType, true));
    Stream<StructField> vectors =
        Stream.<IntFunction<String>>of(VectorTable::pooled, VectorTable::share)
            .flatMap(name -> IntStream.range(0, places).mapToObj(name))
            .map(name -> DataTypes.createStructField(name, vector, true));
    Stream<StructField> why =
        Stream.of(DataTypes.createStructField(WHY, DataTypes.StringType, true));
    return DataTypes.createStructType(
        Stream.of(facts, vectors, why).flatMap(fields -> fields).toList());
  }

  /** What came of a picture, as a row of {@link #schema}. */
  Row row(Outcome outcome) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(outcome.id());
    if (outcome instanceof Outcome.Encoded encoded) {
      values.add(encoded.picture().sha256());
      values.add(encoded.picture().width());
      values.add(encoded.picture().height());
      values.addAll(columns(encoded.vectors()));
      values.add(null);
    } else if (outcome instanceof Outcome.Unreadable unreadable) {
      for (int column = 0; column < 3 + 2 * places; column++) {
        values.add(null);
      }
      values.add(unreadable.why());
    } else {
      throw new IllegalStateException("nothing was encoded before, but " + outcome);
    }
    return RowFactory.create(values.toArray());
  }

  private static List<Object> columns(Vectors vectors) {
    return Stream.of(vectors.pooled(), vectors.shares())
        .flatMap(List::stream)
        .<Object>map(ArraySeq::unsafeWrapArray)
        .toList();
  }
}

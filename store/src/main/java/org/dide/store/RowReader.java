package org.dide.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.BaseListVector;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;

/**
 * Reads rows out of a batch of a store's columns.
 *
 * @param description of the store
 * @param batch of rows, with the columns that are asked for
 */
record RowReader(StoreDescription description, VectorSchemaRoot batch) {
  /** How many there are. */
  int rows() {
    return batch.getRowCount();
  }

  /** The id of a row. */
  String id(int row) {
    return string(Columns.ID, row);
  }

  /** The checksum of a row. */
  String sha256(int row) {
    return string(Columns.SHA256, row);
  }

  /** What a row is of. */
  StoredItem item(int row) {
    return switch (description.kind()) {
      case PICTURES ->
          new StoredItem.Picture(
              id(row), sha256(row), integer(Columns.WIDTH, row), integer(Columns.HEIGHT, row));
      case TEXTS -> new StoredItem.Text(id(row), string(Columns.TEXT, row));
    };
  }

  /** All of a row. */
  StoredRow row(int row) {
    List<float[]> pooled = new ArrayList<>();
    List<float[]> shares = new ArrayList<>();
    for (int place = 0; place < description.places(); place++) {
      pooled.add(vector(Columns.pooled(place), row));
      shares.add(share(place, row));
    }
    return new StoredRow(item(row), new Vectors(pooled, shares), metadata(row));
  }

  /** What a row brings to the meeting, in a place. */
  float[] share(int place, int row) {
    return vector(Columns.share(place), row);
  }

  private float[] vector(String name, int row) {
    return description.type() == VectorType.INT8
        ? description
            .quantiser()
            .values(bytes(vectors(name), row), floats(vectors(Columns.scales(name)), row))
        : floats(vectors(name), row);
  }

  /** Puts what a row brings to the meeting into a gallery's memory. */
  @FunctionalInterface
  interface ShareCopy {
    void copy(int row, long to);
  }

  /** Copies the shares in a place. */
  ShareCopy copies(int place) {
    int size = description.shareSize();
    long from = address(Columns.share(place));
    if (description.type() == VectorType.INT8) {
      Quantiser quantiser = description.quantiser();
      long scales = address(Columns.scales(Columns.share(place)));
      long scaleBytes = (long) quantiser.scales(size) * Float.BYTES;
      return (row, to) ->
          quantiser.values(from + (long) row * size, scales + row * scaleBytes, size, to);
    }
    long bytes = (long) size * description.type().bytes();
    return (row, to) -> MemoryUtil.copyMemory(from + row * bytes, to, bytes);
  }

  private long address(String name) {
    return values(vectors(name)).getDataBufferAddress();
  }

  /** A column of vectors. */
  BaseListVector vectors(String name) {
    return (BaseListVector) column(name);
  }

  /** What is known of a row beside. */
  Map<String, Object> metadata(int row) {
    Map<String, Object> values = new HashMap<>();
    for (MetadataField field : description.metadata()) {
      Optional.ofNullable(column(field.name()).getObject(row))
          .ifPresent(
              value ->
                  values.put(
                      field.name(),
                      field.type() == MetadataType.STRING ? value.toString() : value));
    }
    return values;
  }

  /** The values of a column of vectors, those of one row after another. */
  static FieldVector values(BaseListVector vectors) {
    return vectors.getChildrenFromFields().get(0);
  }

  private static float[] floats(BaseListVector vectors, int row) {
    FieldVector values = values(vectors);
    int start = vectors.getElementStartIndex(row);
    float[] floats = new float[vectors.getElementEndIndex(row) - start];
    for (int i = 0; i < floats.length; i++) {
      floats[i] =
          values instanceof Float2Vector halves
              ? halves.getValueAsFloat(start + i)
              : ((Float4Vector) values).get(start + i);
    }
    return floats;
  }

  private static byte[] bytes(BaseListVector vectors, int row) {
    int start = vectors.getElementStartIndex(row);
    byte[] bytes = new byte[vectors.getElementEndIndex(row) - start];
    ((TinyIntVector) values(vectors)).getDataBuffer().getBytes(start, bytes);
    return bytes;
  }

  private String string(String name, int row) {
    return new String(((VarCharVector) column(name)).get(row), UTF_8);
  }

  private int integer(String name, int row) {
    return Math.toIntExact(((BaseIntVector) column(name)).getValueAsLong(row));
  }

  private FieldVector column(String name) {
    return Optional.ofNullable(batch.getVector(name))
        .orElseThrow(() -> new IllegalStateException("no column " + name));
  }
}

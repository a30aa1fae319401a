package org.dide.store;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A store's columns.
 *
 * @param description of the store
 */
record Columns(StoreDescription description) {
  static final String ID = "id";
  static final String SHA256 = "sha256";
  static final String WIDTH = "width";
  static final String HEIGHT = "height";
  static final String TEXT = "text";

  /** The column of the pooled vectors in a place. */
  static String pooled(int place) {
    return "pooled_" + place;
  }

  /** The column of the shares in a place. */
  static String share(int place) {
    return "share_" + place;
  }

  /** The column of the scales of a column of bytes. */
  static String scales(String vectors) {
    return vectors + "_scales";
  }

  /** Those that make a {@link org.dide.answer.StoredItem}. */
  List<String> item() {
    return switch (description.kind()) {
      case PICTURES -> List.of(ID, SHA256, WIDTH, HEIGHT);
      case TEXTS -> List.of(ID, SHA256, TEXT);
    };
  }

  /** Those that the shares are read from. */
  List<String> shares() {
    return IntStream.range(0, description.places())
        .mapToObj(place -> vectors(share(place), description.shareSize()))
        .flatMap(fields -> fields.stream().map(Field::getName))
        .toList();
  }

  /** Those that a filter may name. */
  List<String> filterable() {
    return Stream.concat(item().stream(), description.metadata().stream().map(MetadataField::name))
        .toList();
  }

  /** The names of all, in the order they are stored in. */
  List<String> all() {
    return schema().getFields().stream().map(Field::getName).toList();
  }

  /**
   * All, in the order they are stored in. Lance numbers a file's columns by their order, so one
   * that is added later has to stand last.
   */
  Schema schema() {
    List<Field> fields = new ArrayList<>();
    for (String name : item()) {
      boolean number = name.equals(WIDTH) || name.equals(HEIGHT);
      fields.add(field(name, number ? new ArrowType.Int(32, true) : ArrowType.Utf8.INSTANCE));
    }
    for (int place = 0; place < description.places(); place++) {
      fields.addAll(vectors(pooled(place), description.width()));
      fields.addAll(vectors(share(place), description.shareSize()));
    }
    description.metadata().forEach(column -> fields.add(field(column)));
    return new Schema(fields);
  }

  /** A metadata column. */
  static Field field(MetadataField column) {
    return field(column.name(), column.type());
  }

  /** A column that any row may lack. */
  static Field field(String name, MetadataType values) {
    ArrowType type =
        switch (values) {
          case STRING -> ArrowType.Utf8.INSTANCE;
          case INT64 -> new ArrowType.Int(64, true);
          case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
          case BOOL -> ArrowType.Bool.INSTANCE;
        };
    return new Field(name, FieldType.nullable(type), null);
  }

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  /** A column of vectors, and of bytes their scales' beside it. */
  private List<Field> vectors(String name, int length) {
    Field vectors = lists(name, description.type(), length);
    return description.type() == VectorType.INT8
        ? List.of(
            vectors,
            lists(scales(name), VectorType.FLOAT32, description.quantiser().scales(length)))
        : List.of(vectors);
  }

  private static Field lists(String name, VectorType type, int length) {
    return new Field(
        name,
        FieldType.notNullable(new ArrowType.FixedSizeList(length)),
        List.of(field("item", type.arrow())));
  }
}

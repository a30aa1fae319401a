package org.dide.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Type;
import org.dide.InputException;

/**
 * A column of a table of Arrow's: how wide its values are, and which of a batch's buffers are its
 * own.
 *
 * @param name the column's
 * @param kind what its values are
 * @param isLarge whether places in it have eight bytes, not four
 * @param width bytes of a number
 * @param buffer the first of its own
 */
record ArrowColumn(String name, Kind kind, boolean isLarge, int width, int buffer) {
  /** What values may be. */
  enum Kind {
    /** Bytes or a text: which are there, where each ends, and all of them. */
    BYTES,
    /** Several texts: which are there, where each list ends, and a column of texts. */
    TEXTS,
    /** A whole number. */
    NUMBER,
    /** Anything else, which is not read. */
    OTHER
  }

  /** The column that a field describes. */
  static ArrowColumn of(Field field, int buffer) {
    byte type = field.typeType();
    boolean isLarge = type == Type.LargeBinary || type == Type.LargeUtf8 || type == Type.LargeList;
    int width = 0;
    Kind kind = Kind.OTHER;
    if (field.dictionary() != null) {
      return new ArrowColumn(name(field), kind, isLarge, width, buffer);
    }
    if (isBytes(type)) {
      kind = Kind.BYTES;
    } else if ((type == Type.List || type == Type.LargeList)
        && field.childrenLength() == 1
        && isBytes(field.children(0).typeType())
        && field.children(0).dictionary() == null) {
      kind = Kind.TEXTS;
    } else if (type == Type.Int) {
      kind = Kind.NUMBER;
      width = ((Int) field.type(new Int())).bitWidth() / Byte.SIZE;
    }
    return new ArrowColumn(name(field), kind, isLarge, width, buffer);
  }

  /** The texts that a column of several holds, as a column. */
  static ArrowColumn textsOf(Field field, int buffer) {
    return of(field.children(0), buffer + 2);
  }

  private static boolean isBytes(byte type) {
    return type == Type.Binary
        || type == Type.Utf8
        || type == Type.LargeBinary
        || type == Type.LargeUtf8;
  }

  private static String name(Field field) {
    String name = field.name();
    return name == null ? "" : name;
  }

  /**
   * How many of a batch's buffers belong to a field and those below it.
   *
   * @throws InputException if it is of a type that is not read over
   */
  static int buffers(Field field, String place) {
    if (field.dictionary() != null) {
      return 2;
    }
    int own =
        switch (field.typeType()) {
          case Type.Null -> 0;
          case Type.FixedSizeList, Type.Struct_ -> 1;
          case Type.Int,
              Type.FloatingPoint,
              Type.Bool,
              Type.Decimal,
              Type.Date,
              Type.Time,
              Type.Timestamp,
              Type.Interval,
              Type.Duration,
              Type.FixedSizeBinary,
              Type.List,
              Type.LargeList,
              Type.Map ->
              2;
          case Type.Binary, Type.Utf8, Type.LargeBinary, Type.LargeUtf8 -> 3;
          default ->
              throw new InputException(
                  "%s: column \"%s\": found the type %s; allowed: numbers, texts, bytes, lists and structs"
                      .formatted(place, name(field), Type.name(field.typeType())));
        };
    for (int i = 0; i < field.childrenLength(); i++) {
      own += buffers(field.children(i), place);
    }
    return own;
  }

  /** Where values from a row on begin, and where the last of them ends. */
  long[] ends(FileChannel file, ArrowBatch batch, long row, int count) throws IOException {
    int size = isLarge ? Long.BYTES : Integer.BYTES;
    ByteBuffer bytes =
        batch.read(
            file, buffer + 1, Math.multiplyExact(row, size), Math.multiplyExact(count + 1, size));
    long[] ends = new long[count + 1];
    for (int i = 0; i <= count; i++) {
      ends[i] = isLarge ? bytes.getLong() : bytes.getInt();
      if (ends[i] < (i == 0 ? 0 : ends[i - 1])) {
        throw new EOFException("column \"%s\": places that do not rise".formatted(name));
      }
    }
    return ends;
  }

  /** A text, or a number in digits. */
  String text(FileChannel file, ArrowBatch batch, long row, int longest) throws IOException {
    if (kind == Kind.NUMBER) {
      ByteBuffer bytes = batch.read(file, buffer + 1, row * width, width);
      return Long.toString(
          switch (width) {
            case Byte.BYTES -> bytes.get();
            case Short.BYTES -> bytes.getShort();
            case Integer.BYTES -> bytes.getInt();
            default -> bytes.getLong();
          });
    }
    long[] ends = ends(file, batch, row, 1);
    requireShort(row, ends[1] - ends[0], longest);
    ByteBuffer bytes = batch.read(file, buffer + 2, ends[0], (int) (ends[1] - ends[0]));
    return UTF_8.decode(bytes).toString();
  }

  /**
   * Texts from a row on.
   *
   * @throws CharacterCodingException if one is not UTF-8
   */
  List<String> texts(FileChannel file, ArrowBatch batch, long row, int count, int longest)
      throws IOException {
    long[] ends = ends(file, batch, row, count);
    ByteBuffer bytes =
        batch.read(file, buffer + 2, ends[0], Math.toIntExact(ends[count] - ends[0]));
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = (int) (ends[i + 1] - ends[i]);
      requireShort(row + i, length, longest);
      texts.add(
          UTF_8.newDecoder().decode(bytes.slice((int) (ends[i] - ends[0]), length)).toString());
    }
    return texts;
  }

  private void requireShort(long row, long bytes, int longest) throws EOFException {
    if (bytes > longest) {
      throw new EOFException(
          "column \"%s\": row %d: found %d bytes, allowed are at most %d"
              .formatted(name, row, bytes, longest));
    }
  }

  /** Where the bytes of a batch's values lie in the file. */
  long dataOffset(ArrowBatch batch) {
    return batch.offset(buffer + 2);
  }

  /** As Arrow writes numbers. */
  static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}

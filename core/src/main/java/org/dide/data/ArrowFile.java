package org.dide.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.dide.InputException;

/**
 * A table in Arrow's IPC file format, of which any value can be read by itself: the file's end says
 * where each column of each batch lies. Batches are not loaded, since one may hold gigabytes of
 * pictures. Buffers must be stored as they are, not compressed.
 *
 * @param path the file
 * @param columns all of them
 * @param texts the column of texts below each column of several; itself for others
 * @param batches in order
 */
record ArrowFile(
    Path path, List<ArrowColumn> columns, List<ArrowColumn> texts, List<ArrowBatch> batches) {
  private static final String MAGIC = "ARROW1";
  private static final int LARGEST_FOOTER = 64 << 20;
  private static final int CONTINUED = -1;

  /**
   * Reads a file's end.
   *
   * @throws InputException if it is no such table, or one that cannot be read by value
   */
  static ArrowFile open(Path path) {
    try (FileChannel file = FileChannel.open(path)) {
      return open(path, file);
    } catch (IOException e) {
      throw new InputException(
          "%s: no whole table of Arrow's file format (%s)".formatted(path, e.getMessage()), e);
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      // What is read by offsets breaks wherever a wrong one leads.
      throw new InputException("%s: a damaged table (%s)".formatted(path, e), e);
    }
  }

  private static ArrowFile open(Path path, FileChannel file) throws IOException {
    long size = file.size();
    int tail = Integer.BYTES + MAGIC.length();
    if (size < MAGIC.length() + tail
        || !text(read(file, 0, MAGIC.length())).equals(MAGIC)
        || !text(read(file, size - MAGIC.length(), MAGIC.length())).equals(MAGIC)) {
      throw new EOFException("it does not begin and end with " + MAGIC);
    }
    int length = read(file, size - tail, Integer.BYTES).getInt();
    if (length < 0 || length > Math.min(LARGEST_FOOTER, size - tail)) {
      throw new EOFException("an end of %d bytes".formatted(length));
    }
    Footer footer = Footer.getRootAsFooter(read(file, size - tail - length, length));
    Schema schema = footer.schema();
    if (schema == null) {
      throw new EOFException("no schema");
    }
    List<ArrowColumn> columns = new ArrayList<>();
    List<ArrowColumn> texts = new ArrayList<>();
    int buffers = 0;
    for (int i = 0; i < schema.fieldsLength(); i++) {
      Field field = schema.fields(i);
      ArrowColumn column = ArrowColumn.of(field, buffers);
      columns.add(column);
      texts.add(
          column.kind() == ArrowColumn.Kind.TEXTS ? ArrowColumn.textsOf(field, buffers) : column);
      buffers += ArrowColumn.buffers(field, path.toString());
    }
    List<ArrowBatch> batches = new ArrayList<>();
    for (int i = 0; i < footer.recordBatchesLength(); i++) {
      batches.add(batch(path, file, footer.recordBatches(i)));
    }
    return new ArrowFile(path, List.copyOf(columns), List.copyOf(texts), List.copyOf(batches));
  }

  private static ArrowBatch batch(Path path, FileChannel file, Block block) throws IOException {
    ByteBuffer bytes = read(file, block.offset(), block.metaDataLength());
    boolean isContinued = bytes.getInt(0) == CONTINUED;
    bytes.position(isContinued ? 2 * Integer.BYTES : Integer.BYTES);
    Message message = Message.getRootAsMessage(bytes.slice().order(bytes.order()));
    if (message.headerType() != MessageHeader.RecordBatch) {
      throw new EOFException("a batch that is none");
    }
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    if (batch.compression() != null) {
      throw new InputException(
          "%s: its buffers are compressed; allowed: tables written without compression"
              .formatted(path));
    }
    long body = block.offset() + block.metaDataLength();
    long[] offsets = new long[batch.buffersLength()];
    long[] lengths = new long[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      Buffer buffer = batch.buffers(i);
      offsets[i] = body + buffer.offset();
      lengths[i] = buffer.length();
      if (buffer.offset() < 0 || lengths[i] < 0 || lengths[i] > file.size() - offsets[i]) {
        throw new EOFException("a buffer beyond the file's end");
      }
    }
    return new ArrowBatch(Math.toIntExact(batch.length()), offsets, lengths);
  }

  /** The column of a name. */
  Optional<ArrowColumn> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** Bytes from a place on. */
  static ByteBuffer read(FileChannel file, long offset, int length) throws IOException {
    if (offset < 0 || length < 0 || length > file.size() - offset) {
      throw new EOFException("something beyond the file's end");
    }
    ByteBuffer bytes = ArrowColumn.littleEndian(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException("the file ends");
      }
    }
    return bytes.flip();
  }

  private static String text(ByteBuffer bytes) {
    return US_ASCII.decode(bytes).toString();
  }
}

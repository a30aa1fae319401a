package org.dide.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.zip.CRC32C;
import org.dide.InputException;

/**
 * Writes curves for TensorBoard: one events file for each start of a training.
 *
 * <p>The file is a row of TFRecords, all numbers little-endian: length (uint64), masked CRC32C of
 * these 8 bytes, the bytes, masked CRC32C of the bytes. A CRC is masked by rotating it right by 15
 * bits and adding {@code 0xa282ead8} (TensorFlow, {@code record_writer.h}).
 *
 * <p>Each record is an {@code Event} in Protocol Buffers' wire format ({@code event.proto}, {@code
 * summary.proto}): field 1 wall time (double), 2 step (int64), and one of 3 file version (string,
 * first record), 5 summary, 7 session log. A summary has in field 1 values of a tag (1, string) and
 * a number (2, float). A resumed training starts a new file with a session log of status START (1),
 * by which TensorBoard drops what earlier files say of its step and later ones.
 *
 * <p>Not thread-safe.
 */
public final class TensorBoardWriter implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";
  private static final int SESSION_START = 1;

  private final Path file;
  private final FileChannel channel;
  private final Clock clock;

  /**
   * Begins a new events file.
   *
   * @param folder made if it is not there; what it holds stays untouched
   * @param step steps done: 0, or where the training goes on
   * @throws InputException if the file cannot be made
   */
  public TensorBoardWriter(Path folder, long step) {
    this(folder, step, Clock.systemUTC());
  }

  TensorBoardWriter(Path folder, long step, Clock clock) {
    this.clock = clock;
    try {
      Files.createDirectories(folder);
      this.file = createFile(folder, clock.millis() / 1000);
      this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new InputException("%s: cannot make an events file: %s".formatted(folder, e), e);
    }
    writeEvent(new Message().text(3, VERSION));
    if (step > 0) {
      writeEvent(
          new Message().integer(2, step + 1).message(7, new Message().integer(1, SESSION_START)));
    }
  }

  /**
   * Adds a point to each of the curves.
   *
   * @param values by the curve's name, such as {@code train/loss}
   * @throws InputException if it cannot be written
   */
  public void append(long step, Map<String, Double> values) {
    Message summary = new Message();
    values.forEach(
        (tag, value) ->
            summary.message(1, new Message().text(1, tag).number(2, value.floatValue())));
    writeEvent(new Message().integer(2, step).message(5, summary));
  }

  /**
   * Waits until all is on the disk.
   *
   * @throws InputException if that fails
   */
  public void flush() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** The file that is written. */
  public Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  // TensorBoard orders the files by name, hence the zeros; two starts may share a second.
  private static Path createFile(Path folder, long second) throws IOException {
    int number = 0;
    Path file = file(folder, second, number);
    while (Files.exists(file)) {
      file = file(folder, second, ++number);
    }
    return Files.createFile(file);
  }

  private static Path file(Path folder, long second, int number) {
    return folder.resolve("events.out.tfevents.%010d.dide.%04d".formatted(second, number));
  }

  private void writeEvent(Message event) {
    byte[] bytes = new Message().real(1, clock.millis() / 1000.0).then(event).bytes();
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(0, bytes.length);
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + bytes.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(length.array())
            .putInt(maskedChecksum(length.array()))
            .put(bytes)
            .putInt(maskedChecksum(bytes))
            .flip();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  static int maskedChecksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return Integer.rotateRight((int) checksum.getValue(), 15) + 0xa282ead8;
  }

  private InputException unwritable(IOException e) {
    return new InputException("%s: cannot be written: %s".formatted(file, e), e);
  }

  /** A message in Protocol Buffers' wire format; each call adds a field. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message integer(int field, long value) {
      return key(field, VARINT).varint(value);
    }

    Message real(int field, double value) {
      return key(field, FIXED64).fixed(Double.doubleToLongBits(value), Double.BYTES);
    }

    Message number(int field, float value) {
      return key(field, FIXED32).fixed(Float.floatToIntBits(value), Float.BYTES);
    }

    Message text(int field, String value) {
      return delimited(field, value.getBytes(UTF_8));
    }

    Message message(int field, Message value) {
      return delimited(field, value.bytes());
    }

    /** Adds all fields of another message. */
    Message then(Message other) {
      bytes.writeBytes(other.bytes());
      return this;
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }

    private Message delimited(int field, byte[] value) {
      key(field, LENGTH_DELIMITED).varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private Message key(int field, int wireType) {
      return varint(((long) field << 3) | wireType);
    }

    private Message varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes.write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
      return this;
    }

    private Message fixed(long value, int size) {
      for (int i = 0; i < size; i++) {
        bytes.write((int) (value >>> (8 * i)));
      }
      return this;
    }
  }
}

package org.dide.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.dide.InputException;

/** The bytes of one pickle within a file, read in order. */
public final class PickleInput {
  private static final int BUFFER = 8192;

  /** Where bytes come from: {@code FileChannel::read}. */
  @FunctionalInterface
  public interface Source {
    /** Reads some bytes from a position on; -1 at the end. */
    int read(ByteBuffer target, long position) throws IOException;
  }

  private final String place;
  private final Source source;
  private final long start;
  private final long end;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long filled; // the position behind the buffer's last byte

  /**
   * The bytes from {@code start} to {@code end} of a source.
   *
   * @param place names the file, and the pickle in it, in errors
   */
  public PickleInput(String place, Source source, long start, long end) {
    this.place = place;
    this.source = source;
    this.start = start;
    this.end = end;
    this.filled = start;
  }

  /** Where the next byte lies in the source. */
  long position() {
    return filled - buffer.remaining();
  }

  /** How many bytes were read. */
  long offset() {
    return position() - start;
  }

  /** How many bytes are left. */
  long left() {
    return end - position();
  }

  int u1() {
    require(1);
    return buffer.get() & 0xff;
  }

  int u2() {
    require(Short.BYTES);
    return buffer.getShort() & 0xffff;
  }

  int i4() {
    require(Integer.BYTES);
    return buffer.getInt();
  }

  long u4() {
    return i4() & 0xffff_ffffL;
  }

  long i8() {
    require(Long.BYTES);
    return buffer.getLong();
  }

  double f8() {
    require(Double.BYTES);
    return Double.longBitsToDouble(Long.reverseBytes(buffer.getLong()));
  }

  byte[] bytes(int count) {
    if (count > left()) {
      throw truncated();
    }
    byte[] bytes = new byte[count];
    for (int done = 0; done < count; ) {
      require(1);
      int some = Math.min(buffer.remaining(), count - done);
      buffer.get(bytes, done, some);
      done += some;
    }
    return bytes;
  }

  /** An error at an opcode. */
  InputException problem(long offset, String message) {
    return new InputException("%s: byte %d: %s".formatted(place, offset, message));
  }

  private void require(int count) {
    if (buffer.remaining() >= count) {
      return;
    }
    if (left() < count) {
      throw truncated();
    }
    try {
      buffer.compact();
      buffer.limit((int) Math.min(BUFFER, buffer.position() + end - filled));
      while (buffer.position() < count) {
        int some = source.read(buffer, filled);
        if (some < 0) {
          throw truncated();
        }
        filled += some;
      }
      buffer.flip();
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(place, e), e);
    }
  }

  private InputException truncated() {
    return new InputException(
        "%s: truncated: it ends at byte %d without STOP".formatted(place, end - start));
  }
}

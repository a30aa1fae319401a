package org.dide.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dide.InputException;

/**
 * The bytes of a picture file and the name that messages call it by. Reading past the end refuses
 * the file as truncated.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EncodedImage(String name, byte[] bytes) {
  int size() {
    return bytes.length;
  }

  int u8(int offset) {
    require(offset, 1);
    return bytes[offset] & 0xFF;
  }

  int u16(int offset) {
    require(offset, 2);
    return (bytes[offset] & 0xFF) << 8 | (bytes[offset + 1] & 0xFF);
  }

  int u16LittleEndian(int offset) {
    return Short.toUnsignedInt(Short.reverseBytes((short) u16(offset)));
  }

  int u24LittleEndian(int offset) {
    return u16LittleEndian(offset) | u8(offset + 2) << 16;
  }

  long u32(int offset) {
    return (long) u16(offset) << 16 | u16(offset + 2);
  }

  long u32LittleEndian(int offset) {
    return Integer.toUnsignedLong(Integer.reverseBytes((int) u32(offset)));
  }

  boolean has(int offset, int count) {
    return offset >= 0 && count >= 0 && offset <= bytes.length - count;
  }

  /** Whether the given Latin-1 characters stand at the offset. */
  boolean matches(int offset, String latin1) {
    byte[] expected = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return has(offset, expected.length)
        && Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
  }

  private void require(int offset, int count) {
    if (!has(offset, count)) {
      throw truncated("its header goes on past the end of the file");
    }
  }

  InputException truncated(String why) {
    return refuse("is truncated at %,d bytes: %s", bytes.length, why);
  }

  @SuppressWarnings("AnnotateFormatMethod") // would need a library for one annotation
  InputException refuse(String why, Object... arguments) {
    return new InputException(name + ": " + why.formatted(arguments));
  }

  @SuppressWarnings("AnnotateFormatMethod")
  InputException refuse(Throwable cause, String why, Object... arguments) {
    return new InputException(name + ": " + why.formatted(arguments), cause);
  }
}

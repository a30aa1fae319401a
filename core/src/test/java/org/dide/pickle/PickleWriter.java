package org.dide.pickle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes pickles, piece by piece: each method gives the opcodes that leave one value. */
public final class PickleWriter {
  private PickleWriter() {}

  /** A whole pickle of protocol 2. */
  public static byte[] pickle(byte[] value) {
    return join(bytes(0x80, 2), value, ascii("."));
  }

  /** {@code None}. */
  public static byte[] none() {
    return ascii("N");
  }

  /** {@code True} or {@code False}. */
  public static byte[] bool(boolean value) {
    return bytes(value ? 0x88 : 0x89);
  }

  /** A whole number, in the fewest bytes that {@code LONG1} takes, or as {@code BININT}. */
  public static byte[] whole(long value) {
    return value == (int) value
        ? join(ascii("J"), little(4, value))
        : join(bytes(0x8a, 8), little(8, value));
  }

  /** A text. */
  public static byte[] text(String value) {
    byte[] utf8 = value.getBytes(UTF_8);
    return join(ascii("X"), little(4, utf8.length), utf8);
  }

  /** A name in a module. */
  public static byte[] global(String module, String name) {
    return ascii("c" + module + "\n" + name + "\n");
  }

  /** A tuple. */
  public static byte[] tuple(byte[]... values) {
    return join(ascii("("), join(values), ascii("t"));
  }

  /** A list. */
  public static byte[] list(byte[]... values) {
    return join(ascii("]("), join(values), ascii("e"));
  }

  /** A dictionary of keys and values by turns. */
  public static byte[] dict(byte[]... keysAndValues) {
    return join(ascii("}("), join(keysAndValues), ascii("u"));
  }

  /** What calling something gives. */
  public static byte[] call(byte[] callee, byte[]... arguments) {
    return join(callee, tuple(arguments), ascii("R"));
  }

  /** What lies outside the pickle. */
  public static byte[] persistent(byte[] id) {
    return join(id, ascii("Q"));
  }

  /** Opcodes and whatever else is ASCII. */
  public static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /** Bytes, from 0 to 255 each. */
  public static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** The lowest bytes of a number, little-endian. */
  public static byte[] little(int count, long value) {
    return java.util.Arrays.copyOf(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), count);
  }

  /** One after the other. */
  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** The same again and again. */
  public static byte[] repeat(int times, byte[] part) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}

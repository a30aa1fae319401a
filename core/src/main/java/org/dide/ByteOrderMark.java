package org.dide;

/** The mark that Windows editors put before a text's first line; it is not part of it. */
public final class ByteOrderMark {
  /** The mark, as it is read from UTF-8. */
  public static final char MARK = '\uFEFF';

  private ByteOrderMark() {}

  /** A text's first line without it. */
  public static String without(String line) {
    return !line.isEmpty() && line.charAt(0) == MARK ? line.substring(1) : line;
  }
}

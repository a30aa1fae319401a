package org.dide.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.dide.ByteOrderMark;
import org.dide.InputException;

/** Reads small text files whole. */
public final class TextFiles {
  private TextFiles() {}

  /**
   * The lines of a UTF-8 file, without the mark that Windows editors put before the first.
   *
   * @throws InputException if the file cannot be read
   */
  public static List<String> lines(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      if (!lines.isEmpty()) {
        lines.set(0, ByteOrderMark.without(lines.get(0)));
      }
      return lines;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Says why a file cannot be read. */
  static InputException unreadable(Path file, IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return new InputException("%s: there is no such file".formatted(file), cause);
    }
    if (cause instanceof CharacterCodingException) {
      return new InputException("%s: not UTF-8 text".formatted(file), cause);
    }
    return new InputException("%s: cannot be read (%s)".formatted(file, cause), cause);
  }
}

package org.dide.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;
import org.dide.InputException;
import org.dide.hub.Checksums;

/** Something of which a tower's vectors are stored. */
public sealed interface StoredItem {
  /** Names it; unique among those it is stored with. */
  String id();

  /** Checksum of what was encoded, in hexadecimal. */
  String sha256();

  /**
   * A picture.
   *
   * @param id names it
   * @param sha256 of its file's bytes
   * @param width pixels in a row, upright
   * @param height rows, upright
   */
  record Picture(String id, String sha256, int width, int height) implements StoredItem {
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{64}");

    /** Refuses what no picture has. */
    public Picture {
      requireId(id);
      if (!CHECKSUM.matcher(sha256).matches()) {
        throw new InputException(
            "sha256: found '%s', allowed are 64 hexadecimal digits in lower case"
                .formatted(sha256));
      }
      if (width < 1 || height < 1) {
        throw new InputException(
            "width and height: found %d and %d, allowed is at least 1".formatted(width, height));
      }
    }
  }

  /**
   * A text: a question, a statement or a caption.
   *
   * @param id names it
   * @param text what it says
   */
  record Text(String id, String text) implements StoredItem {
    /** Refuses what no text has. */
    public Text {
      requireId(id);
    }

    /** Of its UTF-8 bytes. */
    @Override
    public String sha256() {
      return Checksums.of(text.getBytes(UTF_8));
    }
  }

  private static void requireId(String id) {
    if (id.isEmpty()) {
      throw new InputException("id: found an empty one");
    }
  }
}

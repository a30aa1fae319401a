package org.dide.answer;

import java.util.regex.Pattern;
import org.dide.InputException;

/**
 * A picture of which a vector is stored.
 *
 * @param id names it; unique among those it is stored with
 * @param sha256 checksum of its file's bytes, in hexadecimal
 * @param width pixels in a row, upright
 * @param height rows, upright
 */
public record StoredPicture(String id, String sha256, int width, int height) {
  private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{64}");

  /** Refuses what no picture has. */
  public StoredPicture {
    if (id.isEmpty()) {
      throw new InputException("id: found an empty one");
    }
    if (!CHECKSUM.matcher(sha256).matches()) {
      throw new InputException(
          "sha256: found '%s', allowed are 64 hexadecimal digits in lower case".formatted(sha256));
    }
    if (width < 1 || height < 1) {
      throw new InputException(
          "width and height: found %d and %d, allowed is at least 1".formatted(width, height));
    }
  }
}

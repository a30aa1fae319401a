package org.dide.hub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dide.InputException;

/**
 * What a hub names a file's content by: SHA-256 for large files; for small ones git's blob hash,
 * which is SHA-1 over {@code blob LENGTH}, a zero byte and the content.
 *
 * @param hexadecimal 64 or 40 digits in lower case
 */
record BlobChecksum(String hexadecimal) {
  private static final Pattern TAG =
      Pattern.compile("(?:W/)?\"?([0-9a-f]{64}|[0-9a-f]{40})\"?"); // W/: compressed on the way
  private static final int SHA256_DIGITS = 64;

  /**
   * Reads an entity tag.
   *
   * @param origin names the file in errors
   * @throws InputException if it is no checksum
   */
  static BlobChecksum ofTag(String origin, String tag) {
    Matcher matcher = TAG.matcher(tag);
    if (!matcher.matches()) {
      throw new InputException(
          "%s: found the ETag '%s', allowed is a checksum of 40 or 64 hexadecimal digits"
              .formatted(origin, HubFiles.Shown.of(tag)));
    }
    return new BlobChecksum(matcher.group(1));
  }

  /** A digest that gives this checksum when it has seen the right content of a length. */
  MessageDigest digest(long length) {
    if (hexadecimal.length() == SHA256_DIGITS) {
      return Checksums.sha256();
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update("blob %d\0".formatted(length).getBytes(US_ASCII));
      return digest;
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }
}

package org.dide.hub;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256. */
final class Checksums {
  private Checksums() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }

  /** The checksum of bytes, in hexadecimal. */
  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }
}

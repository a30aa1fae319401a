package org.dide.hub;

import java.net.URI;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A file on a hub.
 *
 * @param name in its model
 * @param checksum of its content
 * @param size in bytes
 * @param validator the server's word for this content in {@code If-Range}, if it is known
 */
record RemoteFile(
    String name, URI address, BlobChecksum checksum, long size, Optional<String> validator) {
  /** A digest that gives the checksum after the right content. */
  MessageDigest digest() {
    return checksum.digest(size);
  }
}

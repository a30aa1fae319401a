package org.dide.hub;

import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;

/**
 * What a server answered; the reader closes it.
 *
 * @param address who answered, after redirects
 */
record HubAnswer(URI address, int status, HttpHeaders headers, HubBody body)
    implements AutoCloseable {
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int PERMANENT_REDIRECT = 308;

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  boolean isPart() {
    return status == HttpURLConnection.HTTP_PARTIAL;
  }

  boolean isRedirect() {
    return switch (status) {
      case HttpURLConnection.HTTP_MOVED_PERM,
          HttpURLConnection.HTTP_MOVED_TEMP,
          HttpURLConnection.HTTP_SEE_OTHER,
          TEMPORARY_REDIRECT,
          PERMANENT_REDIRECT ->
          true;
      default -> false;
    };
  }

  /** Whether its bytes are the file's own. */
  boolean isPlain() {
    return header("Content-Encoding").orElse("identity").equals("identity");
  }

  /** Whether it describes a large file, which lies elsewhere. */
  boolean describesLinked() {
    return header("X-Linked-ETag").isPresent() && header("X-Linked-Size").isPresent();
  }

  @Override
  public void close() {
    body.close();
  }
}

package org.dide.hub;

import java.time.Duration;
import org.dide.InputException;

/**
 * How much a download may take, whatever a server says.
 *
 * @param bytes of all its files together
 * @param files how many there may be
 * @param json bytes of a listing
 * @param silence how long a server may send nothing
 * @param attempts how often a request is made before it has failed; bytes that arrive count anew
 * @param pause before the second attempt; doubled before each further one
 */
public record HubLimits(
    long bytes, int files, int json, Duration silence, int attempts, Duration pause) {
  private static final long DEFAULT_BYTES = 20_000_000_000L;
  private static final int DEFAULT_FILES = 1000;
  private static final int DEFAULT_JSON = 64 << 20;
  private static final Duration DEFAULT_SILENCE = Duration.ofSeconds(60);
  private static final int DEFAULT_ATTEMPTS = 5;

  /** Refuses limits that allow nothing. */
  public HubLimits {
    requirePositive("bytes", bytes);
    requirePositive("files", files);
    requirePositive("json", json);
    requirePositive("silence in milliseconds", silence.toMillis());
    requirePositive("attempts", attempts);
    requirePositive("pause in milliseconds", pause.toMillis());
  }

  /** 20 GB, 1,000 files, 64 MiB of JSON, a minute of silence, five attempts. */
  public static HubLimits defaults() {
    return new HubLimits(
        DEFAULT_BYTES,
        DEFAULT_FILES,
        DEFAULT_JSON,
        DEFAULT_SILENCE,
        DEFAULT_ATTEMPTS,
        Duration.ofSeconds(1));
  }

  /** The same with another limit on bytes. */
  public HubLimits withBytes(long allowed) {
    return new HubLimits(allowed, files, json, silence, attempts, pause);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new InputException(
          "download limits: %s: found %d, allowed is 1 or more".formatted(name, value));
    }
  }
}

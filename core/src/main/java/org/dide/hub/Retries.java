package org.dide.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.dide.InputException;

/** Makes requests again that failed for reasons that pass: a broken connection, a busy server. */
final class Retries {
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** So much that arrives is a success, after which failures are counted anew. */
  private static final long SUCCESS = 1 << 20; // bytes

  private final HubLimits limits;
  private final HubListener listener;

  Retries(HubLimits limits, HubListener listener) {
    this.limits = limits;
    this.listener = listener;
  }

  /** One attempt. */
  @FunctionalInterface
  interface Attempt<T> {
    /** Fails with an {@link IOException} where another attempt may succeed. */
    T make() throws IOException, InterruptedException;
  }

  /** A server that may be able to answer later. */
  static final class Busy extends IOException {
    private static final long serialVersionUID = 1L;

    private final long seconds;

    /** What it answered, and how long it asks to wait; 0 if it does not. */
    Busy(String message, long seconds) {
      super(message);
      this.seconds = seconds;
    }
  }

  /**
   * Makes attempts until one succeeds.
   *
   * @param what is attempted, for messages
   * @throws InputException after too many in a row
   */
  <T> T run(String what, Attempt<T> attempt) throws InterruptedException {
    return run(what, attempt, () -> 0);
  }

  /**
   * Makes attempts until one succeeds.
   *
   * @param what is attempted, for messages
   * @param received bytes that all attempts together have brought
   * @throws InputException after too many in a row
   */
  <T> T run(String what, Attempt<T> attempt, LongSupplier received) throws InterruptedException {
    long before = received.getAsLong();
    for (int failures = 1; ; failures++) {
      try {
        return attempt.make();
      } catch (IOException problem) {
        if (received.getAsLong() - before >= SUCCESS) {
          failures = 1;
        }
        before = received.getAsLong();
        String told = HubClient.told(problem);
        if (failures >= limits.attempts()) {
          throw new InputException(
              "%s: %s; gave up after %d attempts".formatted(what, told, failures), problem);
        }
        Duration pause = pause(failures, problem);
        listener.message("%s: %s; again in %s".formatted(what, told, HubClient.told(pause)));
        Thread.sleep(pause.toMillis());
      }
    }
  }

  private Duration pause(int failures, IOException problem) {
    Duration own = limits.pause().multipliedBy(1L << Math.min(failures - 1, Integer.SIZE - 2));
    Duration asked =
        Optional.of(problem)
            .filter(Busy.class::isInstance)
            .map(busy -> Duration.ofSeconds(((Busy) busy).seconds))
            .orElse(Duration.ZERO);
    Duration longer = asked.compareTo(own) > 0 ? asked : own;
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }
}

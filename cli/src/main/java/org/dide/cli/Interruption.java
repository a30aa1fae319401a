package org.dide.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends long work in an orderly way when the user presses Ctrl-C or the process is asked to
 * terminate: work sees the request, comes to a safe point and is waited for. Ending a process
 * inside the engine's backward pass can crash it.
 */
final class Interruption implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final AtomicBoolean requested = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "dide-interruption");

  private Interruption() {}

  /** Listens until closed. */
  static Interruption listen() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Set once the work should end. */
  AtomicBoolean requested() {
    return requested;
  }

  private void stop() {
    requested.set(true);
    try {
      if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("dide: gave up waiting for the current step");
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work is at a safe point. */
  @Override
  public void close() {
    done.countDown();
    if (!requested.get()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException alreadyEnding) {
        requested.set(true);
      }
    }
  }
}

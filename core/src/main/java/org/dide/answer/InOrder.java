package org.dide.answer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Work done side by side on threads of its own, whose results are handed on in the order in which
 * the work was given.
 */
final class InOrder<R> implements AutoCloseable {
  private final ExecutorService threads;
  private final Deque<Future<R>> pending = new ArrayDeque<>();
  private final int ahead;
  private final Consumer<R> results;

  /**
   * Starts nothing yet.
   *
   * @param name of the threads
   * @param ahead pieces of work under way or waiting; to give one more waits for the first
   * @param results called on the thread that gives the work
   */
  InOrder(String name, int threadCount, int ahead, Consumer<R> results) {
    this.threads = daemons(name, threadCount);
    this.ahead = ahead;
    this.results = results;
  }

  /** A fixed number of threads that do not keep the process alive. */
  static ExecutorService daemons(String name, int count) {
    return Executors.newFixedThreadPool(
        count,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Gives work; what an earlier piece threw is thrown here. */
  void submit(Callable<R> work) throws InterruptedException {
    while (pending.size() >= ahead) {
      handOn();
    }
    pending.add(threads.submit(work));
  }

  /** Waits for all that was given. */
  void finish() throws InterruptedException {
    while (!pending.isEmpty()) {
      handOn();
    }
  }

  private void handOn() throws InterruptedException {
    try {
      results.accept(pending.remove().get());
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failure.getCause());
    }
  }

  /** Gives up what is not done, and waits until no thread is in the engine any more. */
  @Override
  public void close() {
    end(threads);
  }

  static void end(ExecutorService threads) {
    threads.shutdownNow();
    try {
      threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }
}

package org.dide.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.image.Pixels;
import org.dide.task.ExamplePreparer;
import org.dide.task.Prepared;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares micro-batches on threads of its own, some ahead of the step that asks for them. Their
 * order and content do not depend on the number of threads.
 *
 * <p>An example whose picture cannot be read is logged, counted and left out. Above a tolerated
 * share the data set is taken for broken.
 */
final class DataLoader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataLoader.class);
  private static final int LEAST_AHEAD = 4;
  private static final int SMALLEST_SAMPLE = 1000;

  private final Dataset dataset;
  private final ExampleStream stream;
  private final ExamplePreparer preparer;
  private final int batchSize;
  private final boolean byPicture;
  private final Tolerance tolerance;
  private final int ahead; // micro-batches, so that no thread waits for the step
  private final ExecutorService threads;
  private final Deque<Future<Loaded>> pending = new ArrayDeque<>();
  private long nextBatch;
  private long seen;
  private long unreadable;

  /**
   * A loader.
   *
   * @param byPicture whether examples about one picture stand together and share it
   * @param tolerance of examples that are left out
   * @param firstBatch number of the first micro-batch to hand out, above 0 after a resume
   * @param unreadable examples left out before the resume
   */
  DataLoader(
      Dataset dataset,
      ExamplePreparer preparer,
      int batchSize,
      boolean byPicture,
      long seed,
      int threadCount,
      Tolerance tolerance,
      long firstBatch,
      long unreadable) {
    this.dataset = dataset;
    this.stream = new ExampleStream(dataset, byPicture, seed);
    this.preparer = preparer;
    this.batchSize = batchSize;
    this.byPicture = byPicture;
    this.tolerance = tolerance;
    this.ahead = Math.max(LEAST_AHEAD, threadCount + 1);
    this.nextBatch = firstBatch;
    this.seen = firstBatch * batchSize;
    this.unreadable = unreadable;
    this.threads =
        Executors.newFixedThreadPool(
            threadCount,
            task -> {
              Thread thread = new Thread(task, "dide-loader");
              thread.setDaemon(true);
              return thread;
            });
  }

  private record Loaded(List<Prepared> examples, int unreadable) {}

  /**
   * The next micro-batch.
   *
   * @throws InputException if too many pictures cannot be read
   */
  List<Prepared> next() throws InterruptedException {
    while (pending.size() < ahead) {
      List<ExampleStream.Position> positions = positions(nextBatch++);
      pending.add(threads.submit(() -> load(positions)));
    }
    Loaded loaded = get(pending.remove());
    seen += batchSize;
    unreadable += loaded.unreadable;
    if (seen >= SMALLEST_SAMPLE) {
      requireReadable();
    }
    return loaded.examples;
  }

  /** Examples left out so far. */
  long unreadable() {
    return unreadable;
  }

  /**
   * Holds the data set to its limit.
   *
   * @throws InputException if more examples than are tolerated could not be read
   */
  void requireReadable() {
    tolerance.require(dataset.name(), unreadable, seen);
  }

  /** In order, on the thread that asks: an epoch's order is drawn once. */
  private List<ExampleStream.Position> positions(long batch) {
    return LongStream.range(batch * batchSize, (batch + 1) * batchSize)
        .mapToObj(stream::position)
        .toList();
  }

  private Loaded load(List<ExampleStream.Position> positions) {
    List<Prepared> examples = new ArrayList<>();
    Map<ExamplePreparer.PictureKey, Pixels> ready = new HashMap<>();
    int failed = 0;
    for (ExampleStream.Position position : positions) {
      try {
        examples.add(
            preparer.prepare(
                dataset, position.epoch(), position.index(), byPicture ? ready : new HashMap<>()));
      } catch (InputException problem) {
        if (Thread.currentThread().isInterrupted()) {
          break; // closed in the middle of reading a file, and nobody waits for the batch
        }
        LOG.warn("left out: {}", problem.getMessage());
        failed++;
      }
    }
    return new Loaded(examples, failed);
  }

  private static Loaded get(Future<Loaded> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failure.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

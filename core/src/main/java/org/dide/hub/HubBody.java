package org.dide.hub;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An answer's bytes as they arrive, read by one thread that waits for them only so long: the
 * client's own time limit ends with the headers, and its stream waits for ever.
 */
final class HubBody implements BodySubscriber<HubBody>, AutoCloseable {
  private final CompletableFuture<Flow.Subscription> source = new CompletableFuture<>();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private sealed interface Event {
    record Bytes(List<ByteBuffer> buffers) implements Event {}

    record Failure(Throwable cause) implements Event {}

    record End() implements Event {}
  }

  /**
   * Waits for bytes.
   *
   * @return some; empty at the end
   * @throws IOException if the connection breaks or stays silent
   */
  Optional<List<ByteBuffer>> next(Duration silence) throws IOException, InterruptedException {
    Event event = events.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
    if (event instanceof Event.Bytes bytes) {
      source.join().request(1); // there since before its bytes
      return Optional.of(bytes.buffers);
    }
    if (event instanceof Event.End) {
      return Optional.empty();
    }
    if (event instanceof Event.Failure failure) {
      throw new IOException(HubClient.told(failure.cause), failure.cause);
    }
    throw new HttpTimeoutException("no byte for %s".formatted(HubClient.told(silence)));
  }

  /** Ends the transfer, if it is not at its end. */
  @Override
  public void close() {
    var unused = source.thenAccept(Flow.Subscription::cancel); // maybe later
  }

  /** At hand before the bytes are. */
  @Override
  public CompletionStage<HubBody> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    source.complete(subscription);
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    events.add(new Event.Bytes(buffers));
  }

  @Override
  public void onError(Throwable failure) {
    events.add(new Event.Failure(failure));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }
}

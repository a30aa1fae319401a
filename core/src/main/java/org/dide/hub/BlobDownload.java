package org.dide.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.dide.InputException;

/**
 * Brings one file's content: what an earlier attempt or process left is kept, the rest asked for by
 * {@code Range}, and all of it held to size and checksum before it is put in place. Where pieces do
 * not fit together, the whole is asked for once more.
 */
final class BlobDownload {
  private final HubClient client;
  private final HubLimits limits;
  private final Retries retries;
  private final RemoteFile file;
  private final PartialBlob partial;
  private final LongConsumer progress;
  private Optional<String> validator;
  private boolean pieced;
  private long received;

  private BlobDownload(
      HubClient client,
      HubLimits limits,
      Retries retries,
      RemoteFile file,
      PartialBlob partial,
      LongConsumer progress) {
    this.client = client;
    this.limits = limits;
    this.retries = retries;
    this.file = file;
    this.partial = partial;
    this.progress = progress;
    this.validator = file.validator();
  }

  /**
   * Brings a file into the blobs.
   *
   * @param progress hears how many of its bytes are here
   * @throws InputException if it cannot be had as the hub described it
   */
  static void run(
      HubClient client,
      HubLimits limits,
      Retries retries,
      RemoteFile file,
      CachedModel model,
      LongConsumer progress)
      throws InterruptedException {
    try (PartialBlob partial = PartialBlob.open(model.partial(file.checksum()), file)) {
      BlobDownload download = new BlobDownload(client, limits, retries, file, partial, progress);
      download.complete();
      partial.put(model.blob(file.checksum()));
    }
  }

  private void complete() throws InterruptedException {
    pieced = partial.length() > 0;
    receive();
    String found = partial.checksum();
    if (!found.equals(file.checksum().hexadecimal()) && pieced) {
      partial.restart();
      receive();
      found = partial.checksum();
    }
    if (!found.equals(file.checksum().hexadecimal())) {
      partial.remove();
      throw new InputException(
          "%s: found bytes with the checksum %s, allowed is %s, by which the hub names the file"
              .formatted(HubServer.shown(file.address()), found, file.checksum().hexadecimal()));
    }
  }

  private void receive() throws InterruptedException {
    retries.run(
        file.name(),
        () -> {
          attempt();
          return partial;
        },
        () -> received);
  }

  private void attempt() throws IOException, InterruptedException {
    progress.accept(partial.length());
    if (partial.isWhole()) {
      return;
    }
    try (HubAnswer answer = client.get(file.address(), range())) {
      if (partial.length() > 0 && !answer.isPart()) {
        partial.restart();
      }
      requireFitting(answer);
      validator = answer.header("ETag").filter(BlobDownload::isStrong);
      for (Optional<List<ByteBuffer>> next = answer.body().next(limits.silence());
          next.isPresent();
          next = answer.body().next(limits.silence())) {
        for (ByteBuffer bytes : next.get()) {
          append(bytes);
        }
        progress.accept(partial.length());
      }
    } catch (HubClient.RangeRefused refused) {
      partial.restart();
      throw refused;
    }
    if (!partial.isWhole()) {
      throw new IOException("ended after %d of %d bytes".formatted(partial.length(), file.size()));
    }
  }

  private Map<String, String> range() {
    Map<String, String> headers = new HashMap<>();
    if (partial.length() > 0) {
      pieced = true;
      headers.put("Range", "bytes=%d-".formatted(partial.length()));
      validator.ifPresent(tag -> headers.put("If-Range", tag));
    }
    return headers;
  }

  /** A tag that stands for the same bytes, not only for the same meaning. */
  static boolean isStrong(String tag) {
    return tag.startsWith("\"") && tag.endsWith("\"");
  }

  private void requireFitting(HubAnswer answer) throws IOException, InterruptedException {
    if (answer.isPart()) {
      String expected = "bytes %d-%d/%d".formatted(partial.length(), file.size() - 1, file.size());
      String found = answer.header("Content-Range").orElse("no Content-Range");
      if (!found.equals(expected)) {
        partial.restart();
        throw new IOException(
            "found '%s', allowed is '%s'".formatted(HubFiles.Shown.of(found), expected));
      }
    }
    long announced = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    if (announced > file.size() - partial.length()) {
      throw tooMuch();
    }
  }

  private void append(ByteBuffer bytes) throws InterruptedException {
    if (bytes.remaining() > file.size() - partial.length()) {
      throw tooMuch();
    }
    received += bytes.remaining();
    partial.append(bytes);
  }

  private InputException tooMuch() throws InterruptedException {
    partial.remove();
    return new InputException(
        "%s: the server sends more than the %d bytes it told of"
            .formatted(HubServer.shown(file.address()), file.size()));
  }
}

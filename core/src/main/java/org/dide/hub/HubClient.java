package org.dide.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.dide.InputException;

/**
 * Requests to a hub, one attempt each. Failures that may pass are {@link IOException}s; what
 * another attempt would not change is an {@link InputException}.
 */
final class HubClient {
  private static final int MAXIMUM_REDIRECTS = 5;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /** After which another attempt may succeed. */
  private static final Set<Integer> PASSING =
      Set.of(
          HttpURLConnection.HTTP_CLIENT_TIMEOUT,
          TOO_MANY_REQUESTS,
          HttpURLConnection.HTTP_INTERNAL_ERROR,
          HttpURLConnection.HTTP_BAD_GATEWAY,
          HttpURLConnection.HTTP_UNAVAILABLE,
          HttpURLConnection.HTTP_GATEWAY_TIMEOUT);

  private final HubServer server;
  private final HubLimits limits;
  private final HttpClient client;

  HubClient(HubServer server, HubLimits limits) {
    this.server = server;
    this.limits = limits;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER) // followed here, where hosts are looked at
            .connectTimeout(limits.silence())
            .build();
  }

  /** A server whose file ends before the part that was asked for. */
  static final class RangeRefused extends IOException {
    private static final long serialVersionUID = 1L;

    RangeRefused(String address) {
      super("%s: has no such part".formatted(address));
    }
  }

  /** Asks for a file or a part of one. */
  HubAnswer get(URI address, Map<String, String> headers) throws IOException, InterruptedException {
    return exchange("GET", address, headers, HubAnswer::isRedirect);
  }

  /** Asks what a file is; a large one is described by the hub, not by the server that holds it. */
  HubAnswer head(URI address) throws IOException, InterruptedException {
    return exchange(
        "HEAD", address, Map.of(), answer -> answer.isRedirect() && !answer.describesLinked());
  }

  /** Gets a short text. */
  byte[] bytes(URI address) throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WritableByteChannel channel = Channels.newChannel(bytes);
    try (HubAnswer answer = get(address, Map.of())) {
      for (Optional<List<ByteBuffer>> next = answer.body().next(limits.silence());
          next.isPresent();
          next = answer.body().next(limits.silence())) {
        for (ByteBuffer buffer : next.get()) {
          if (buffer.remaining() > limits.json() - bytes.size()) {
            throw new InputException(
                "%s: found more than %d bytes, which is the limit"
                    .formatted(HubServer.shown(address), limits.json()));
          }
          channel.write(buffer);
        }
      }
    }
    return bytes.toByteArray();
  }

  private HubAnswer exchange(
      String method, URI address, Map<String, String> headers, Predicate<HubAnswer> goesOn)
      throws IOException, InterruptedException {
    URI at = address;
    for (int redirects = 0; redirects <= MAXIMUM_REDIRECTS; redirects++) {
      HubAnswer answer = send(request(method, at, headers));
      if (!goesOn.test(answer)) {
        return usable(answer);
      }
      try (answer) {
        at = server.redirected(at, answer.header("Location").orElse(""));
      }
    }
    throw new InputException(
        "%s: redirects more than %d times".formatted(HubServer.shown(address), MAXIMUM_REDIRECTS));
  }

  private HttpRequest request(String method, URI address, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("User-Agent", "dide")
            .header("Accept-Encoding", "identity"); // sizes and checksums are of the plain bytes
    headers.forEach(request::header);
    if (server.owns(address)) {
      server.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }
    return request.build();
  }

  // Not HttpRequest.timeout, which in newer Java includes the body.
  private HubAnswer send(HttpRequest request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<HubBody>> sent =
        client.sendAsync(request, response -> new HubBody());
    try {
      HttpResponse<HubBody> response = sent.get(limits.silence().toMillis(), TimeUnit.MILLISECONDS);
      return new HubAnswer(
          request.uri(), response.statusCode(), response.headers(), response.body());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no answer for %s".formatted(told(limits.silence())));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof IOException problem ? problem : new IOException(told(cause), cause);
    } finally {
      sent.cancel(true); // does nothing to an answer that has come
    }
  }

  private static HubAnswer usable(HubAnswer answer) throws IOException {
    int status = answer.status();
    if (answer.isPlain()
        && (status == HttpURLConnection.HTTP_OK || answer.isPart() || answer.isRedirect())) {
      return answer;
    }
    try (answer) {
      String address = HubServer.shown(answer.address());
      if (status == RANGE_NOT_SATISFIABLE) {
        throw new RangeRefused(address);
      }
      if (PASSING.contains(status)) {
        throw new Retries.Busy("%s answered %d".formatted(address, status), pause(answer));
      }
      throw new InputException("%s: answered %d: %s".formatted(address, status, refusal(status)));
    }
  }

  private static String refusal(int status) {
    return switch (status) {
      case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
          "no access; the model may not exist, be private, or ask for an agreement first, which"
              + " needs a token (HF_TOKEN)";
      case HttpURLConnection.HTTP_NOT_FOUND -> "there is no such model, revision or file";
      default -> "allowed is 200 without a Content-Encoding";
    };
  }

  private static long pause(HubAnswer answer) {
    return answer
        .header("Retry-After")
        .filter(value -> value.matches("\\d{1,6}")) // it may also be a date
        .map(Long::valueOf)
        .orElse(0L);
  }

  /** A failure in words; the client leaves some without any. */
  static String told(Throwable problem) {
    String message = HubFiles.Shown.of(String.valueOf(problem.getMessage()));
    if (problem instanceof ConnectException) {
      return "no connection";
    }
    return problem.getMessage() == null ? problem.getClass().getSimpleName() : message;
  }

  static String told(Duration duration) {
    return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
  }
}

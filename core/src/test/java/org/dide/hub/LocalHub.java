package org.dide.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A hub with one model, on this machine: small files it serves itself, those above a size lie with
 * a second server, to which it redirects. Misbehaves as it is told to, once for each telling.
 */
final class LocalHub implements AutoCloseable {
  static final String NAME = "somebody/tiny-vilt";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static final int LARGE = 1000; // bytes
  private static final int NO_BODY = -1;

  static {
    // Otherwise each answer waits 40 ms for the client to acknowledge its headers.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  final Map<String, byte[]> files = new TreeMap<>();
  final List<String> siblings = new ArrayList<>();
  final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private final HttpServer hub;
  private final HttpServer store;

  /** What was asked. */
  record Request(boolean ofStore, String method, String path, Map<String, String> headers) {}

  /** What goes wrong with an answer to a GET. */
  @FunctionalInterface
  interface Fault {
    void answer(HttpExchange exchange, byte[] content) throws IOException;
  }

  private LocalHub() throws IOException {
    hub = server();
    store = server();
    hub.createContext("/", exchange -> handle(exchange, false));
    store.createContext("/", exchange -> handle(exchange, true));
    hub.start();
    store.start();
  }

  static LocalHub start() {
    try {
      return new LocalHub();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A hub with a whole model of which the parameters are large. */
  static LocalHub withModel() {
    LocalHub hub = start();
    hub.put("config.json", "{\"model_type\": \"vilt\"}");
    hub.put("preprocessor_config.json", "{}");
    hub.put("vocab.txt", "[PAD]\n[UNK]\n");
    hub.put("README.md", "not for us");
    hub.put("tf_model.h5", "not for us");
    hub.put("model.safetensors", bytes(5000, 1));
    hub.put("pytorch_model.bin", bytes(5000, 2));
    return hub;
  }

  static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }

  void put(String name, String text) {
    put(name, text.getBytes(UTF_8));
  }

  void put(String name, byte[] content) {
    files.put(name, content);
    siblings.add(name);
  }

  byte[] content(String name) {
    return Optional.ofNullable(files.get(name)).orElseThrow();
  }

  void remove(String name) {
    files.remove(name);
    siblings.remove(name);
  }

  /** Has the next GET of a file, wherever it lies, or of the listing ({@code ""}) go wrong. */
  void fail(String file, Fault... next) {
    faults.computeIfAbsent(file, key -> new ArrayDeque<>()).addAll(List.of(next));
  }

  String address() {
    return address(hub);
  }

  HubServer server(String... token) {
    return HubServer.of(address(), Stream.of(token).findFirst());
  }

  /** Paths of GETs of files' contents, but not of those that the hub sent on to the store. */
  List<String> contents() {
    synchronized (requests) {
      return requests.stream()
          .filter(request -> request.method.equals("GET") && !request.path.startsWith("/api/"))
          .filter(request -> request.ofStore || !isLarge(request.path))
          .map(Request::path)
          .toList();
    }
  }

  private boolean isLarge(String path) {
    byte[] content = files.get(path.substring(path.lastIndexOf('/') + 1));
    return content != null && content.length >= LARGE;
  }

  static Fault status(int status) {
    return (exchange, content) -> exchange.sendResponseHeaders(status, NO_BODY);
  }

  /** Announces all, sends a part, and hangs up. */
  static Fault cut(int after) {
    return (exchange, content) -> {
      Optional<Integer> offset = offset(exchange);
      int start = offset.orElse(0);
      describePart(exchange, offset, content.length);
      exchange.sendResponseHeaders(offset.isPresent() ? 206 : 200, content.length - start);
      int sent = Math.min(after, content.length - start - 1);
      exchange.getResponseBody().write(content, start, sent);
      exchange.getResponseBody().flush();
    };
  }

  /** Sends a part and then nothing more. */
  Fault stall(int after) {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, after);
      exchange.getResponseBody().flush();
      await();
    };
  }

  /** Does not answer. */
  Fault silence() {
    return (exchange, content) -> await();
  }

  /** Other content, whole. */
  static Fault instead(byte[] other) {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, other.length == 0 ? NO_BODY : other.length);
      exchange.getResponseBody().write(other);
    };
  }

  /** Other content, whose length is not told. */
  static Fault chunks(byte[] other) {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(other);
    };
  }

  static Fault redirect(String location) {
    return (exchange, content) -> {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(302, NO_BODY);
    };
  }

  static Fault header(String name, String value) {
    return (exchange, content) -> {
      exchange.getResponseHeaders().set(name, value);
      serve(exchange, content);
    };
  }

  private static void serve(HttpExchange exchange, byte[] content) throws IOException {
    Optional<Integer> offset = offset(exchange);
    int start = offset.orElse(0);
    describePart(exchange, offset, content.length);
    exchange.sendResponseHeaders(
        offset.isPresent() ? 206 : 200, content.length == 0 ? NO_BODY : content.length - start);
    exchange.getResponseBody().write(content, start, content.length - start);
  }

  private static void describePart(HttpExchange exchange, Optional<Integer> offset, int length) {
    if (offset.isPresent()) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(offset.get(), length - 1, length));
    }
  }

  /** Where the asked part starts, if it is of what there is now. */
  private static Optional<Integer> offset(HttpExchange exchange) {
    String tag = exchange.getResponseHeaders().getFirst("ETag");
    String asked = exchange.getRequestHeaders().getFirst("If-Range");
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
        .filter(range -> asked == null || asked.equals(tag))
        .map(range -> Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1")));
  }

  private void await() throws IOException {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    return server;
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange, boolean ofStore) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
      String path = exchange.getRequestURI().getRawPath();
      requests.add(new Request(ofStore, exchange.getRequestMethod(), path, headers));
      if (ofStore) {
        content(exchange, path.substring("/store/".length()));
      } else if (path.startsWith("/api/models/" + NAME + "/revision/")) {
        answer(exchange, "", listing());
      } else if (path.startsWith("/" + NAME + "/resolve/" + COMMIT + "/")) {
        resolve(exchange, path.substring(("/" + NAME + "/resolve/" + COMMIT + "/").length()));
      } else {
        exchange.sendResponseHeaders(404, NO_BODY);
      }
    }
  }

  private byte[] listing() {
    return siblings.stream()
        .map(name -> "{\"rfilename\": \"%s\"}".formatted(name.replace("\\", "\\\\")))
        .collect(
            Collectors.joining(
                ", ",
                "{\"id\": \"%s\", \"sha\": \"%s\", \"siblings\": [".formatted(NAME, COMMIT),
                "]}"))
        .getBytes(UTF_8);
  }

  private void resolve(HttpExchange exchange, String file) throws IOException {
    byte[] content = files.get(file);
    exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
    if (content == null) {
      exchange.sendResponseHeaders(404, NO_BODY);
    } else if (content.length < LARGE) {
      exchange.getResponseHeaders().set("ETag", "\"" + gitHash(content) + "\"");
      content(exchange, file);
    } else {
      exchange.getResponseHeaders().set("X-Linked-ETag", "\"" + Checksums.of(content) + "\"");
      exchange.getResponseHeaders().set("X-Linked-Size", "" + content.length);
      redirect(address(store) + "/store/" + file + "?signature=secret").answer(exchange, content);
    }
  }

  private void content(HttpExchange exchange, String file) throws IOException {
    byte[] content = Optional.ofNullable(files.get(file)).orElse(new byte[0]);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + content.length);
      exchange.sendResponseHeaders(200, NO_BODY);
    } else {
      if (content.length >= LARGE) {
        exchange.getResponseHeaders().set("ETag", "\"of-the-store\"");
      }
      answer(exchange, file, content);
    }
  }

  private void answer(HttpExchange exchange, String file, byte[] content) throws IOException {
    Deque<Fault> next = faults.getOrDefault(file, new ArrayDeque<>());
    Fault fault = Optional.ofNullable(next.poll()).orElse(LocalHub::serve);
    fault.answer(exchange, content);
  }

  static String gitHash(byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + content.length + "\0").getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Limits with which tests fail fast. */
  static HubLimits limits() {
    return new HubLimits(100_000, 20, 10_000, Duration.ofSeconds(5), 3, Duration.ofMillis(1));
  }

  @Override
  public void close() {
    end.countDown();
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}

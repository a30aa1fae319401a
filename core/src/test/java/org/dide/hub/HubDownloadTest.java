package org.dide.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.dide.InputException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubDownloadTest {
  @TempDir Path home;
  private LocalHub hub;
  private HubCache cache;
  private Path model;
  private Path snapshot;

  @BeforeEach
  void start() {
    hub = LocalHub.withModel();
    cache = new HubCache(home.resolve("hub"));
    model = cache.folder().resolve("models--somebody--tiny-vilt");
    snapshot = model.resolve("snapshots").resolve(LocalHub.COMMIT);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Path fetch() throws InterruptedException {
    return fetch(LocalHub.limits());
  }

  private Path fetch(HubLimits limits) throws InterruptedException {
    return new HubDownload(cache, hub.server(), limits).fetch(LocalHub.NAME, HubListener.NONE);
  }

  private void refuses(String... message) {
    refuses(LocalHub.limits(), message);
  }

  private void refuses(HubLimits limits, String... message) {
    assertThatThrownBy(() -> fetch(limits))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(message)
        .hasMessageNotContaining("secret");
    assertThat(names(snapshot)).isEmpty();
    assertThat(model.resolve("refs/main")).doesNotExist();
  }

  private static List<String> names(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void requireWhole(Path folder, String... files) throws IOException {
    assertThat(names(folder)).containsExactly(files);
    for (String file : files) {
      assertThat(folder.resolve(file)).hasBinaryContent(hub.content(file));
    }
    assertThat(names(model.resolve("blobs"))).allMatch(blob -> blob.matches("[0-9a-f]{40,64}"));
  }

  private void requireWhole(Path folder) throws IOException {
    requireWhole(
        folder, "config.json", "model.safetensors", "preprocessor_config.json", "vocab.txt");
  }

  @Test
  void laysAModelOutAsPythonDoes() throws Exception {
    Path folder = fetch();

    assertThat(folder).isEqualTo(snapshot);
    requireWhole(folder);
    assertThat(model.resolve("refs/main")).hasContent(LocalHub.COMMIT);
    assertThat(Files.readSymbolicLink(folder.resolve("config.json")))
        .hasToString("../../blobs/" + LocalHub.gitHash(hub.content("config.json")));
    assertThat(Files.readSymbolicLink(folder.resolve("model.safetensors")))
        .hasToString("../../blobs/" + Checksums.of(hub.content("model.safetensors")));
    assertThat(cache.find(LocalHub.NAME)).isEqualTo(folder);
  }

  @Test
  void asksNothingBeforeItIsTold() {
    new HubDownload(cache, hub.server(), LocalHub.limits());
    assertThat(hub.requests).isEmpty();
    assertThat(cache.folder()).doesNotExist();
  }

  @Test
  void downloadsNothingTwice() throws Exception {
    fetch();
    hub.requests.clear();
    requireWhole(fetch());
    assertThat(hub.requests).hasSize(1).allMatch(asked -> asked.path().startsWith("/api/"));
  }

  @Test
  void fetchesOnlyWhatIsMissing() throws Exception {
    fetch();
    hub.requests.clear();
    Files.delete(snapshot.resolve("vocab.txt").toRealPath());
    Files.delete(snapshot.resolve("config.json"));
    requireWhole(fetch());
    assertThat(hub.contents()).hasSize(1).allMatch(path -> path.endsWith("vocab.txt"));
  }

  @Test
  void replacesABlobOfAnotherSize() throws Exception {
    fetch();
    Files.writeString(snapshot.resolve("vocab.txt").toRealPath(), "[PA");
    Files.delete(snapshot.resolve("vocab.txt"));
    requireWhole(fetch());
  }

  @Test
  void takesACommitAtItsWord() throws Exception {
    HubDownload download = new HubDownload(cache, hub.server(), LocalHub.limits());
    download.fetch(LocalHub.NAME + "@" + LocalHub.COMMIT, HubListener.NONE);
    assertThat(model.resolve("refs/main")).doesNotExist();
    String other = "f".repeat(40);
    assertThatThrownBy(() -> download.fetch(LocalHub.NAME + "@" + other, HubListener.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("found '" + LocalHub.COMMIT, "allowed is " + other);
  }

  @Test
  void remembersOtherRevisions() throws Exception {
    String name = LocalHub.NAME + "@refs/pr/1";
    Path folder =
        new HubDownload(cache, hub.server(), LocalHub.limits()).fetch(name, HubListener.NONE);
    assertThat(hub.requests.get(0).path()).endsWith("/revision/refs%2Fpr%2F1");
    assertThat(cache.find(name)).isEqualTo(folder);
    assertThatThrownBy(() -> cache.find(LocalHub.NAME)).hasMessageContaining("--download");
  }

  @Test
  void asksNoNetworkForWhatIsThere() throws Exception {
    HubDownload download = new HubDownload(cache, hub.server(), LocalHub.limits());
    assertThat(download.fetch(home.toString(), HubListener.NONE)).isEqualTo(home);
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void copiesWhereLinksAreImpossible() throws Exception {
    CachedModel.Links none =
        (link, target) -> {
          throw new FileSystemException("a privilege is missing");
        };
    HubDownload download = new HubDownload(cache, hub.server(), LocalHub.limits(), none);
    requireWhole(download.fetch(LocalHub.NAME, HubListener.NONE));
    assertThat(snapshot.resolve("vocab.txt")).isRegularFile();
    assertThat(Files.isSymbolicLink(snapshot.resolve("vocab.txt"))).isFalse();
    assertThat(cache.find(LocalHub.NAME)).isEqualTo(snapshot);
  }

  @Test
  void takesPickledParametersIfThereAreNoOthers() throws Exception {
    hub.remove("model.safetensors");
    requireWhole(
        fetch(), "config.json", "preprocessor_config.json", "pytorch_model.bin", "vocab.txt");
  }

  @Test
  void fetchesTheShardsThatAnIndexNames() throws Exception {
    shards("model-00002-of-00002.safetensors");
    hub.put("model-00003-of-00002.safetensors", "stray");
    requireWhole(
        fetch(),
        "config.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
        "preprocessor_config.json",
        "vocab.txt");
    hub.requests.clear();
    fetch();
    assertThat(hub.requests).hasSize(1);
  }

  private void shards(String second) {
    hub.remove("model.safetensors");
    hub.put("model-00001-of-00002.safetensors", LocalHub.bytes(3000, 3));
    hub.put("model-00002-of-00002.safetensors", LocalHub.bytes(2000, 4));
    hub.put(
        "model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\", \"b\": \"%s\"}}"
            .formatted(second));
  }

  @Test
  void refusesShardsThatAreNotThere() {
    shards("model-00004-of-00002.safetensors");
    refuses("index.json: names model-00004-of-00002.safetensors, of which the hub has no file");
  }

  @Test
  void refusesShardsElsewhere() {
    shards("../x.safetensors");
    refuses(
        "weight_map: field \"b\": found '../x.safetensors'; allowed: the name of a .safetensors file");
  }

  @Test
  void twoFilesOfOneContentAreOneBlob() throws Exception {
    hub.put("special_tokens_map.json", "{}"); // as the preprocessing is
    fetch();
    assertThat(hub.contents()).hasSize(4);
    assertThat(snapshot.resolve("special_tokens_map.json")).hasContent("{}");
  }

  @Test
  void anEmptyFileIsAFile() throws Exception {
    hub.remove("vocab.txt");
    hub.put("vocab.txt", "");
    requireWhole(fetch());
  }

  @Test
  void tellsAllBytesBeforeTheyFlow() throws Exception {
    List<HubPlan> plans = new ArrayList<>();
    List<Long> done = new ArrayList<>();
    HubListener listener =
        new HubListener() {
          @Override
          public void plan(HubPlan plan) {
            assertThat(hub.contents()).isEmpty();
            plans.add(plan);
          }

          @Override
          public void progress(String file, long bytes) {
            done.add(bytes);
          }

          @Override
          public void message(String text) {}
        };
    HubDownload download = new HubDownload(cache, hub.server(), LocalHub.limits());
    download.fetch(LocalHub.NAME, listener);
    long bytes = 5000L + 2 + "[PAD]\n[UNK]\n{\"model_type\": \"vilt\"}".length();
    List<String> files =
        List.of("preprocessor_config.json", "vocab.txt", "model.safetensors", "config.json");
    assertThat(plans).containsExactly(new HubPlan(LocalHub.NAME, LocalHub.COMMIT, files, bytes, 0));
    assertThat(done).isSorted().endsWith(bytes);
    hub.requests.clear();

    download.fetch(LocalHub.NAME, listener);
    assertThat(plans.get(1))
        .isEqualTo(new HubPlan(LocalHub.NAME, LocalHub.COMMIT, List.of(), 0, 0));
  }

  @Test
  void aListenerMayRefuseThePlan() {
    HubListener listener =
        new HubListener() {
          @Override
          public void plan(HubPlan plan) {
            throw new InputException("too much for today");
          }

          @Override
          public void progress(String file, long bytes) {}

          @Override
          public void message(String text) {}
        };
    HubDownload download = new HubDownload(cache, hub.server(), LocalHub.limits());
    assertThatThrownBy(() -> download.fetch(LocalHub.NAME, listener))
        .hasMessage("too much for today");
    assertThat(hub.contents()).isEmpty();
  }

  @Test
  void goesOnWhereAnEarlierDownloadStopped() throws Exception {
    hub.fail("model.safetensors", LocalHub.cut(1000), LocalHub.cut(500), LocalHub.cut(250));
    refuses("model.safetensors: ", "gave up after 3 attempts");
    Path partial =
        model
            .resolve("blobs")
            .resolve(Checksums.of(hub.content("model.safetensors")) + ".dide.incomplete");
    assertThat(partial).hasSize(1750);

    hub.requests.clear();
    requireWhole(fetch());
    assertThat(hub.requests)
        .filteredOn(asked -> asked.path().equals("/store/model.safetensors"))
        .singleElement()
        .satisfies(
            asked ->
                assertThat(asked.headers())
                    .containsEntry("Range", "bytes=1750-")
                    .doesNotContainKey("If-Range")); // the store's tag is not known any more
  }

  @Test
  void asksForARestOnlyOfTheSameContent() throws Exception {
    hub.fail("vocab.txt", LocalHub.cut(5));
    hub.fail("model.safetensors", LocalHub.cut(1000));
    requireWhole(fetch());
    assertThat(hub.requests)
        .filteredOn(asked -> asked.headers().containsKey("Range"))
        .extracting(asked -> asked.headers().get("If-Range"))
        .contains("\"of-the-store\"", "\"" + LocalHub.gitHash(hub.content("vocab.txt")) + "\"");
  }

  @Test
  void startsAgainWhereAServerHasNoParts() throws Exception {
    byte[] content = hub.content("model.safetensors");
    hub.fail("model.safetensors", LocalHub.cut(1000), LocalHub.instead(content));
    requireWhole(fetch());
  }

  @Test
  void startsAgainWhereAPartIsAnother() throws Exception {
    hub.fail(
        "model.safetensors",
        LocalHub.cut(1000),
        (exchange, content) -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-3999/5000");
          exchange.sendResponseHeaders(206, 4000);
        });
    requireWhole(fetch());
  }

  @Test
  void startsAgainWhereThereIsNoSuchPart() throws Exception {
    hub.fail("model.safetensors", LocalHub.cut(1000), LocalHub.status(416));
    requireWhole(fetch());
  }

  @Test
  void startsAgainWhereWhatIsLeftIsWrong() throws Exception {
    Path blobs = Files.createDirectories(model.resolve("blobs"));
    String hash = Checksums.of(hub.content("model.safetensors"));
    Files.write(blobs.resolve(hash + ".dide.incomplete"), LocalHub.bytes(2000, 9));
    requireWhole(fetch());
    assertThat(hub.requests)
        .filteredOn(asked -> asked.path().equals("/store/model.safetensors"))
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {5000, 6000})
  void startsAgainWhereTooMuchIsLeft(int length) throws Exception {
    Path blobs = Files.createDirectories(model.resolve("blobs"));
    String hash = Checksums.of(hub.content("model.safetensors"));
    Files.write(blobs.resolve(hash + ".dide.incomplete"), LocalHub.bytes(length, 9));
    requireWhole(fetch());
  }

  @Test
  void refusesWrongContent() {
    hub.fail("model.safetensors", LocalHub.instead(LocalHub.bytes(5000, 9)));
    refuses(
        "model.safetensors: found bytes with the checksum " + Checksums.of(LocalHub.bytes(5000, 9)),
        "allowed is " + Checksums.of(hub.content("model.safetensors")));
    assertThat(names(model.resolve("blobs"))).noneMatch(name -> name.contains("incomplete"));
  }

  @Test
  void refusesWrongSmallContent() {
    hub.fail("vocab.txt", LocalHub.instead("[PAD]\n[CLS]\n".getBytes(UTF_8)));
    refuses("vocab.txt: found bytes with the checksum ");
  }

  @Test
  void refusesMoreThanWasTold() {
    hub.fail("model.safetensors", LocalHub.instead(LocalHub.bytes(5001, 1)));
    refuses("model.safetensors: the server sends more than the 5000 bytes");
    hub.fail("model.safetensors", LocalHub.chunks(LocalHub.bytes(1 << 20, 1)));
    refuses("model.safetensors: the server sends more than the 5000 bytes");
  }

  @Test
  void refusesLessThanWasTold() {
    LocalHub.Fault less = LocalHub.chunks(LocalHub.bytes(10, 9));
    hub.fail("vocab.txt", less, LocalHub.chunks(new byte[0]), LocalHub.chunks(new byte[0]));
    refuses("vocab.txt: ", "gave up after 3 attempts");
  }

  @Test
  void refusesCompression() {
    hub.fail("vocab.txt", LocalHub.header("Content-Encoding", "gzip"));
    refuses("vocab.txt: answered 200: allowed is 200 without a Content-Encoding");
  }

  @Test
  void holdsToItsLimits() {
    refuses(
        LocalHub.limits().withBytes(5020),
        "found 5036 bytes or more, allowed are at most 5020, the limit of bytes");
    refuses(
        LocalHub.limits().withBytes(4999),
        "found 5000 bytes or more, allowed are at most 4999, the limit of bytes");
    HubLimits few =
        new HubLimits(100_000, 3, 10_000, Duration.ofSeconds(5), 1, Duration.ofMillis(1));
    refuses(few, "found 4 files, allowed are at most 3");
    HubLimits terse =
        new HubLimits(100_000, 20, 100, Duration.ofSeconds(5), 1, Duration.ofMillis(1));
    refuses(terse, "found more than 100 bytes, which is the limit");
    assertThat(hub.contents()).isEmpty();
  }

  @Test
  void pinsTheDefaults() {
    assertThat(HubLimits.defaults())
        .isEqualTo(
            new HubLimits(
                20_000_000_000L, 1000, 64 << 20, Duration.ofMinutes(1), 5, Duration.ofSeconds(1)));
  }

  @Test
  void doesNotWaitForEver() {
    HubLimits hasty =
        new HubLimits(100_000, 20, 10_000, Duration.ofMillis(150), 2, Duration.ofMillis(1));
    hub.fail("model.safetensors", hub.stall(1000), hub.stall(0));
    refuses(hasty, "model.safetensors: no byte for 150 ms; gave up after 2 attempts");
    hub.fail("", hub.silence(), hub.silence());
    refuses(hasty, LocalHub.NAME + ": no answer for 150 ms; gave up after 2 attempts");
  }

  @Test
  void refusesAHubThatIsNotThere() {
    hub.close();
    refuses(LocalHub.NAME + ": no connection; gave up after 3 attempts");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void asksABusyHubAgain(int status) throws Exception {
    hub.fail("", LocalHub.status(status));
    hub.fail("vocab.txt", LocalHub.status(status), LocalHub.status(status));
    hub.fail("model.safetensors", LocalHub.status(status), LocalHub.cut(100));
    requireWhole(fetch());
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void givesUpOnABusyHub(int status) {
    LocalHub.Fault busy = LocalHub.status(status);
    hub.fail("vocab.txt", busy, busy, busy);
    refuses("vocab.txt answered " + status + "; gave up after 3 attempts");
  }

  @Test
  void saysWhatAHubRefuses() {
    hub.fail("", LocalHub.status(401));
    refuses("answered 401: no access", "HF_TOKEN");
    hub.fail("", LocalHub.status(404));
    refuses("/api/models/somebody/tiny-vilt/revision/main: answered 404: there is no such model");
    hub.fail("model.safetensors", LocalHub.status(403));
    refuses("/store/model.safetensors: answered 403: no access");
    hub.files.remove("vocab.txt");
    refuses("vocab.txt: answered 404");
  }

  @Test
  void showsTheTokenToTheHubAlone() throws Exception {
    new HubDownload(cache, hub.server("hf_t0k3n"), LocalHub.limits())
        .fetch(LocalHub.NAME, HubListener.NONE);
    assertThat(hub.requests).anyMatch(LocalHub.Request::ofStore);
    assertThat(hub.requests)
        .allSatisfy(
            asked ->
                assertThat(asked.headers().containsKey("Authorization"))
                    .isEqualTo(!asked.ofStore()));
    assertThat(hub.requests.get(0).headers()).containsEntry("Authorization", "Bearer hf_t0k3n");
  }

  @Test
  void followsAModelThatWasRenamed() throws Exception {
    hub.fail(
        "vocab.txt",
        LocalHub.redirect("/" + LocalHub.NAME + "/resolve/" + LocalHub.COMMIT + "/vocab.txt"));
    requireWhole(fetch());
  }

  @Test
  void doesNotFollowForEver() {
    String self = "/" + LocalHub.NAME + "/resolve/" + LocalHub.COMMIT + "/vocab.txt";
    for (int i = 0; i < 6; i++) {
      hub.fail("vocab.txt", LocalHub.redirect(self));
    }
    refuses("vocab.txt: redirects more than 5 times");
    hub.fail("vocab.txt", LocalHub.redirect("file:///etc/passwd?secret"));
    refuses("vocab.txt: redirects to 'file:///etc/passwd', allowed is http or https");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "/etc/x",
        "a\\b",
        "..\\x",
        "C:/x",
        ".",
        "..",
        "",
        "a//b",
        "a/"
      })
  void refusesAListingThatLeadsOut(String name) {
    hub.siblings.add(name);
    refuses("siblings: found the file name '" + name + "', allowed are names within the model");
    assertThat(hub.requests).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{\"siblings\": []}",
        "{\"sha\": \"../../x\", \"siblings\": []}",
        "{\"sha\": 1}",
      })
  void refusesWhatIsNoListing(String text) {
    hub.fail("", LocalHub.instead(text.getBytes(UTF_8)));
    refuses("/api/models/somebody/tiny-vilt/revision/main: ");
  }

  @Test
  void refusesAModelWithoutItsNeeds() {
    hub.remove("config.json");
    refuses(LocalHub.NAME + ": the hub has 6 files of it, but lacks config.json");
    hub.put("config.json", "{}");
    hub.remove("model.safetensors");
    hub.remove("pytorch_model.bin");
    refuses(
        "the hub has 5 files of it, but lacks each of model.safetensors,"
            + " model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json");
  }

  @Test
  void writesThroughNoLink() throws Exception {
    Path mine = Files.writeString(home.resolve("mine"), "");
    Path blobs = Files.createDirectories(model.resolve("blobs"));
    String hash = Checksums.of(hub.content("model.safetensors"));
    Files.createSymbolicLink(blobs.resolve(hash + ".dide.incomplete"), mine);
    refuses("incomplete: cannot be written");
    assertThat(mine).isEmptyFile();
  }

  @Test
  void makesNothingBehindALink() throws Exception {
    Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    Files.createDirectories(model);
    Files.createSymbolicLink(model.resolve("snapshots"), elsewhere);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("snapshots: leads to ");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void replacesALinkThatLeadsOut() throws Exception {
    Path mine = Files.writeString(home.resolve("mine"), "mine");
    Files.createDirectories(snapshot);
    Files.createSymbolicLink(snapshot.resolve("vocab.txt"), mine);
    requireWhole(fetch());
    assertThat(mine).hasContent("mine");
  }

  @Test
  void twoAtOnceDownloadOnce() throws Exception {
    CompletableFuture<Path> other = CompletableFuture.supplyAsync(this::fetchUnchecked);
    Path folder = fetch();
    assertThat(other.get()).isEqualTo(folder);
    requireWhole(folder);
    assertThat(hub.contents().stream().filter(path -> path.startsWith("/store/"))).hasSize(1);
  }

  private Path fetchUnchecked() {
    try {
      return fetch();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void endsWhenInterrupted() throws Exception {
    hub.fail("model.safetensors", hub.stall(1000));
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                fetch();
              } catch (InterruptedException | InputException e) {
                ended.complete(e);
              }
            });
    thread.start();
    while (hub.contents().stream().noneMatch(path -> path.startsWith("/store/"))) {
      Thread.sleep(5);
    }
    thread.interrupt();
    assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    assertThat(names(snapshot)).isEmpty();
    requireWhole(fetch());
  }
}

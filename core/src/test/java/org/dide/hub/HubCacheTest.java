package org.dide.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.dide.InputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubCacheTest {
  private static final String NAME = "dandelin/vilt-b32-finetuned-vqa";
  private static final String COMMIT = "d0a1f6ab88522427a7ae76ceb6e1e1e7b68a1d08";
  private static final String OTHER_COMMIT = "1111111111111111111111111111111111111111";

  @TempDir Path home;
  private HubCache cache;
  private Path model;
  private Path snapshot;

  @BeforeEach
  void laidOutAsPythonDoes() throws IOException {
    cache = HubCache.located(Map.of(), home);
    model = cache.folder().resolve("models--dandelin--vilt-b32-finetuned-vqa");
    snapshot = model.resolve("snapshots").resolve(COMMIT);
    write(model.resolve("refs/main"), COMMIT);
    link("config.json", "{}");
    link("vocab.txt", "[PAD]");
    link("pytorch_model.bin", "parameters");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void link(String file, String text) throws IOException {
    String hash = LocalHub.gitHash(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    write(model.resolve("blobs").resolve(hash), text);
    link(file, Path.of("../../blobs", hash));
  }

  private void link(String file, Path target) throws IOException {
    Files.createDirectories(snapshot);
    Files.deleteIfExists(snapshot.resolve(file));
    Files.createSymbolicLink(snapshot.resolve(file), target);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "HF_HUB_CACHE=/a HF_HOME=/b XDG_CACHE_HOME=/c; /a",
        "HF_HOME=/b XDG_CACHE_HOME=/c; /b/hub",
        "HF_HUB_CACHE= HF_HOME=/b; /b/hub",
        "XDG_CACHE_HOME=/c; /c/huggingface/hub",
        "PATH=/d; /home/me/.cache/huggingface/hub",
        "HF_HOME=~/models; /home/me/models/hub",
        "HF_HUB_CACHE=~; /home/me",
        "HF_HUB_CACHE=~you; ~you",
      })
  void liesWhereTheEnvironmentSays(String variables, Path expected) {
    Map<String, String> environment = new java.util.HashMap<>();
    for (String variable : variables.split(" ")) {
      environment.put(variable.split("=", 2)[0], variable.split("=", 2)[1]);
    }
    assertThat(HubCache.located(environment, Path.of("/home/me")).folder())
        .isEqualTo(expected.toAbsolutePath());
  }

  @Test
  void findsWhatMainStandsFor() {
    assertThat(cache.find(NAME)).isEqualTo(snapshot);
    assertThat(cache.find(NAME + "@main")).isEqualTo(snapshot);
    assertThat(cache.find(NAME + "@" + COMMIT)).isEqualTo(snapshot);
  }

  @Test
  void findsOtherRevisions() throws IOException {
    write(model.resolve("refs/refs/pr/1"), COMMIT + "\n");
    assertThat(cache.find(NAME + "@refs/pr/1")).isEqualTo(snapshot);
  }

  @Test
  void findsModelsWithoutAnOwner() throws IOException {
    Files.move(model, model.resolveSibling("models--vilt"));
    assertThat(cache.find("vilt"))
        .isEqualTo(cache.folder().resolve("models--vilt/snapshots").resolve(COMMIT));
  }

  @Test
  void findsCopiesWhereThereAreNoLinks() throws IOException {
    Files.delete(snapshot.resolve("config.json"));
    Files.writeString(snapshot.resolve("config.json"), "{}");
    assertThat(cache.find(NAME)).isEqualTo(snapshot);
  }

  @Test
  void whatIsThereWins() throws IOException {
    Path own = Files.createDirectory(home.resolve("own"));
    assertThat(cache.find(own.toString())).isEqualTo(own);
    assertThat(cache.find(own.resolve("../own/").toString())).exists();
  }

  @Test
  void saysWhereItLooked() {
    refuses(
        "dandelin/other",
        "dandelin/other: not in the cache (looked for %s); --download would fetch it"
            .formatted(cache.folder().resolve("models--dandelin--other")));
    refuses(
        NAME + "@v2",
        "%s@v2: the cache does not know this revision (looked for %s); --download would fetch it"
            .formatted(NAME, model.resolve("refs/v2")));
    refuses(NAME + "@" + OTHER_COMMIT, "half downloaded: it is missing in " + model);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "../x",
        "a/../b",
        "a/..",
        "a/b/c",
        "/nowhere/x",
        "a\\b",
        "a--b",
        "a/b.git",
        ".hidden",
        "a/-b",
        "a/b.",
        "a b",
        "é/b",
        "a/b\n",
        "C:x",
        "~/x",
        "a/b@",
        "a/b@../x",
        "a/b@x/../../y",
        "a/b@/etc",
        "a/b@x\\y",
        "a/b@x@y",
        "a/b@.x",
        "a/b@x.lock",
      })
  void refusesWhatIsNoName(String name) {
    assertThatThrownBy(() -> cache.find(name))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("allowed are");
  }

  @Property(tries = 500)
  void noNameLeavesTheCache(@ForAll String text) {
    try {
      HubName name = HubName.parse(text);
      Path folder = Path.of("/cache").resolve(name.folder());
      assertThat(folder.normalize()).isEqualTo(folder).hasParentRaw(Path.of("/cache"));
      Path reference = folder.resolve("refs").resolve(name.revision());
      assertThat(reference.normalize()).isEqualTo(reference);
    } catch (InputException refused) {
      assertThat(refused).hasMessageContaining("allowed are");
    }
  }

  @Test
  void namesAMissingBlob() throws IOException {
    Files.delete(snapshot.resolve("pytorch_model.bin").toRealPath());
    write(model.resolve("blobs/abc.incomplete"), "par");
    refuses(
        NAME,
        "%s: half downloaded: pytorch_model.bin is missing in %s (unfinished in blobs:"
                .formatted(NAME, snapshot)
            + " abc.incomplete); --download would fetch the rest");
  }

  @Test
  void namesAMissingFile() throws IOException {
    Files.delete(snapshot.resolve("pytorch_model.bin"));
    refuses(NAME, "half downloaded: each of model.safetensors, model.safetensors.index.json, ");
    Files.delete(snapshot.resolve("config.json"));
    refuses(NAME, "half downloaded: config.json is missing");
  }

  @Test
  void doesNotMindWhatIsNotNeeded() throws IOException {
    link("tf_model.h5", Path.of("../../blobs/gone"));
    write(model.resolve("blobs/abc.incomplete"), "of another file");
    assertThat(cache.find(NAME)).isEqualTo(snapshot);
  }

  @Test
  void looksForAllShards() throws IOException {
    Files.delete(snapshot.resolve("pytorch_model.bin"));
    link(
        "model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}}");
    link("model-1.safetensors", "one");
    refuses(NAME, "half downloaded: model-2.safetensors is missing");
    link("model-2.safetensors", "two");
    assertThat(cache.find(NAME)).isEqualTo(snapshot);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"weight_map\": {\"a\": \"../../../x.safetensors\"}}",
        "{\"weight_map\": {\"a\": \"/etc/x.safetensors\"}}",
        "{\"weight_map\": {\"a\": \"x.bin\"}}",
        "{\"weight_map\": {\"a\": 1}}",
        "{\"weight_map\": {}}",
        "{}",
        "[]",
        "{",
        "",
      })
  void refusesWhatIsNoIndex(String json) throws IOException {
    Files.delete(snapshot.resolve("pytorch_model.bin"));
    link("model.safetensors.index.json", json);
    refuses(NAME, "model.safetensors.index.json: ");
  }

  @Test
  void refusesLinksThatLeaveTheModel() throws IOException {
    Path secret = Files.writeString(home.resolve("secret"), "x");
    link("vocab.txt", secret);
    refuses(
        NAME,
        "%s: leads to %s, allowed are links within %s"
            .formatted(snapshot.resolve("vocab.txt"), secret.toRealPath(), model));
    link("vocab.txt", Path.of("../../../../../../secret"));
    refuses(NAME, "vocab.txt: leads to");
  }

  @Test
  void refusesLinksThatLeaveInSteps() throws IOException {
    Path secret = Files.writeString(home.resolve("secret"), "x");
    Files.createSymbolicLink(model.resolve("blobs/step"), secret);
    link("vocab.txt", Path.of("../../blobs/step"));
    refuses(NAME, "vocab.txt: leads to");
  }

  @Test
  void refusesLinksToOtherModels() throws IOException {
    Path other = cache.folder().resolve("models--a--b/blobs/x");
    write(other, "x");
    link("vocab.txt", other);
    refuses(NAME, "vocab.txt: leads to");
  }

  @Test
  void refusesFoldersThatAreLinks() throws IOException {
    Path elsewhere = Files.move(snapshot, home.resolve("elsewhere"));
    Files.createSymbolicLink(snapshot, elsewhere);
    refuses(NAME, COMMIT + ": leads to");
    Files.delete(snapshot);
    Files.createDirectory(snapshot);
    Files.createSymbolicLink(snapshot.resolve("onnx"), elsewhere);
    refuses(NAME, "onnx: leads to");
  }

  @Test
  void refusesALinkThatLeadsInACircle() throws IOException {
    link("vocab.txt", Path.of("vocab.txt"));
    refuses(NAME, "vocab.txt: cannot be followed");
  }

  @Test
  void refusesAReferenceThatIsNone() throws IOException {
    write(model.resolve("refs/main"), "../../../somewhere");
    refuses(NAME, "refs/main: found '../../../somewhere', allowed is a commit");
    write(model.resolve("refs/main"), "x".repeat(1_000_000));
    refuses(NAME, "refs/main: found 'xxx");
    Files.delete(model.resolve("refs/main"));
    Path outside = Files.writeString(home.resolve("outside"), COMMIT);
    Files.createSymbolicLink(model.resolve("refs/main"), outside);
    refuses(NAME, "refs/main: leads to");
  }

  @Test
  void aFolderInPlaceOfAFileIsNone() throws IOException {
    Files.delete(snapshot.resolve("vocab.txt"));
    Files.createDirectory(snapshot.resolve("vocab.txt"));
    refuses(NAME, "vocab.txt is missing");
  }

  @Test
  void aModelMayLieOnAnotherDisk() throws IOException {
    Path disk = home.resolve("disk");
    Files.move(model, disk);
    Files.createSymbolicLink(model, disk);
    assertThatCode(() -> cache.find(NAME)).doesNotThrowAnyException();
  }

  private void refuses(String name, String message) {
    assertThatThrownBy(() -> cache.find(name))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }
}

package org.dide.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dide.pickle.PickleWriter.ascii;
import static org.dide.pickle.PickleWriter.call;
import static org.dide.pickle.PickleWriter.dict;
import static org.dide.pickle.PickleWriter.global;
import static org.dide.pickle.PickleWriter.list;
import static org.dide.pickle.PickleWriter.pickle;
import static org.dide.pickle.PickleWriter.text;
import static org.dide.pickle.PickleWriter.whole;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.pickle.PickleValue;
import org.dide.pickle.PickleValue.Dict;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchFileTest {
  @TempDir Path folder;

  /** What PyTorch itself wrote, in both layouts; the resources' README tells how. */
  @ParameterizedTest
  @ValueSource(strings = {"torch-zip.ckpt", "torch-legacy.ckpt"})
  void readsWhatPyTorchWrote(String name) {
    try (Scope scope = Scope.open();
        TorchFile file = TorchFile.open(resource(name))) {
      assertThat(file.metadata())
          .containsEntry("layout", name.substring(6, name.length() - 5))
          .containsEntry("epoch", "3")
          .containsEntry("global_step", "12")
          .containsEntry("pytorch-lightning_version", "1.3.2");
      assertThat(file.entries()).hasSize(16);
      requireElements(file, "word.weight", "F32", List.of(2L, 3L), 0, 1, 2, 3, 4, 5);
      requireElements(file, "decoder.weight", "F32", List.of(2L, 3L), 0, 1, 2, 3, 4, 5);
      requireElements(file, "turned", "F32", List.of(3L, 2L), 0, 3, 1, 4, 2, 5);
      requireElements(file, "part", "F32", List.of(4L), 3, 4, 5, 6);
      requireElements(file, "every_other", "F64", List.of(5L), 1, 3, 5, 7, 9);
      requireElements(file, "half", "F16", List.of(3L), 1.5f, -2, 65504);
      requireElements(file, "brain", "BF16", List.of(3L), 1.5f, -2, 3.0040553e38f);
      requireElements(file, "ids", "I64", List.of(1L, 4L), 0, 1, 2, 3);
      requireElements(file, "flags", "BOOL", List.of(2L, 1L), 1, 0);
      requireElements(file, "scalar", "I64", List.of(), 7);
      requireElements(file, "empty", "F32", List.of(0L, 3L));
      requireElements(file, "parameter", "F32", List.of(2L), 1, 2);
      requireElements(file, "bytes", "U8", List.of(2L), 0, 255);
      requireElements(file, "shorts", "I16", List.of(2L), -3, 300);
      requireElements(file, "ints", "I32", List.of(2L), -3, 70000);
      requireElements(file, "chars", "I8", List.of(2L), -3, 7);
      assertThat(entry(file, "word.weight").storage())
          .isEqualTo(entry(file, "decoder.weight").storage())
          .isNotEqualTo(entry(file, "turned").storage());
      requireConfiguration((Dict) file.hyperParameters().orElseThrow().get("config").orElseThrow());
    }
  }

  private static void requireConfiguration(Dict config) {
    assertThat(config.get("hidden_size")).contains(new PickleValue.Whole(32));
    assertThat(config.get("name")).contains(new PickleValue.Text("größe"));
    assertThat(config.get("rate")).contains(new PickleValue.Real(1e-4));
    assertThat(config.get("none")).contains(PickleValue.None.NONE);
    assertThat(config.get("ok")).contains(new PickleValue.Bool(true));
    assertThat(config.get("ns").orElseThrow()).hasToString("what 'argparse.Namespace' gave");
    assertThat(config.get("absent")).isEmpty();
  }

  @Test
  void readsTypesThatHaveNoStorageOfTheirOwn() {
    try (Scope scope = Scope.open();
        TorchFile file = TorchFile.open(resource("torch-untyped.ckpt"))) {
      requireElements(file, "u16", "U16", List.of(2L), 1, 65535);
      requireElements(file, "f8", "F8_E4M3", List.of(2L), 1, -2);
    }
  }

  private static TorchFile.Entry entry(TorchFile file, String name) {
    return Objects.requireNonNull(file.entries().get(name), name);
  }

  private static void requireElements(
      TorchFile file, String name, String type, List<Long> shape, float... values) {
    TorchFile.Entry entry = entry(file, name);
    assertThat(entry.type()).isEqualTo(type);
    assertThat(entry.shape()).isEqualTo(shape);
    assertThat(Tensors.shape(file.tensor(name)))
        .containsExactly(shape.stream().mapToLong(Long::longValue).toArray());
    assertThat(Tensors.floats(file.tensor(name))).as(name).containsExactly(values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "official_pretrained/vilt_mlm_itm.ckpt",
        "official_teacher_vqa/teacher.ckpt",
        "official_distilled_vqa/student.ckpt",
        "official_distilled_nlvr2/student.ckpt"
      })
  void readsTheReferencesCheckpoints(String name) throws IOException {
    Path path = Shared.path("golden").resolve("checkpoint").resolve(name);
    JsonNode golden = new ObjectMapper().readTree(path.resolveSibling("case.json").toFile());
    try (Scope scope = Scope.open();
        TensorFile opened = TensorFile.open(path)) {
      JsonNode expected = golden.get("tensors");
      assertThat(opened.entries()).hasSize(expected.size());
      opened
          .entries()
          .forEach(
              (tensor, entry) ->
                  assertThat(entry.shape())
                      .as(tensor)
                      .map(Long::intValue)
                      .isEqualTo(sizes(expected.get(tensor))));
      assertThat(opened.tensors()).hasSameSizeAs(opened.entries());
      Dict config =
          (Dict) ((TorchFile) opened).hyperParameters().orElseThrow().get("config").orElseThrow();
      assertThat(config.get("hidden_size")).hasToString("Optional[32]");
    }
  }

  private static List<Integer> sizes(JsonNode sizes) {
    return new ObjectMapper()
        .convertValue(sizes, new com.fasterxml.jackson.core.type.TypeReference<List<Integer>>() {});
  }

  @Test
  void readsADictionaryOfTensors() throws IOException {
    byte[] state =
        dict(
            text("w"),
            TorchFiles.pair(),
            text("turned"),
            TorchFiles.tensor("FloatStorage", 2, 1, new long[] {1, 1}, 7, 9));
    Map<String, byte[]> storages = Map.of("0", TorchFiles.floats(3, 4));
    try (Scope scope = Scope.open();
        TorchFile file = TorchFile.open(TorchFiles.zip(folder.resolve("x"), state, storages))) {
      assertThat(Tensors.floats(file.tensor("w"))).containsExactly(3, 4);
      assertThat(Tensors.floats(file.tensor("turned"))).containsExactly(4);
      assertThat(file.hyperParameters()).isEmpty();
      assertThatThrownBy(() -> file.tensor("z"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("has no tensor z; its 2 tensors are 'w', 'turned'");
    }
  }

  /** Python 2 handed an ordered dictionary its entries in the call that makes it. */
  @Test
  void readsDictionariesOfPython2() throws IOException {
    byte[] state =
        call(
            global("collections", "OrderedDict"),
            list(list(text("w"), TorchFiles.pair()), list(text("v"), TorchFiles.pair())));
    Path path =
        TorchFiles.legacy(
            folder.resolve("x"),
            state,
            TorchFiles.keys("0"),
            TorchFiles.counted(2, TorchFiles.floats(5, 6)));
    try (Scope scope = Scope.open();
        TensorFile file = TensorFile.open(path)) {
      assertThat(file.entries().keySet()).containsExactly("w", "v");
      assertThat(Tensors.floats(file.tensor("v"))).containsExactly(5, 6);
    }
  }

  @Test
  void readsArchivesWithNumbersOf64Bits() throws IOException {
    long far = 5L << 30;
    Path path =
        ZipParts.write(
            folder.resolve("wide"),
            true,
            zip ->
                zip.add("m/data/1", new byte[0], far, 0)
                    .add("m/data/0", TorchFiles.floats(7, 8))
                    .add("m/data.pkl", pickle(dict(text("w"), TorchFiles.pair()))));
    assertThat(Files.size(path)).isGreaterThan(far);
    try (Scope scope = Scope.open();
        TensorFile file = TensorFile.open(path)) {
      assertThat(Tensors.floats(file.tensor("w"))).containsExactly(7, 8);
    }
  }

  @Test
  void readsHyperParametersOfLightningsOwnKinds() throws IOException {
    byte[] attributes =
        org.dide.pickle.PickleWriter.join(
            global("pytorch_lightning.utilities.parsing", "AttributeDict"),
            ascii(")"),
            org.dide.pickle.PickleWriter.bytes(0x81),
            ascii("("),
            text("width"),
            whole(8),
            ascii("u"));
    byte[] object =
        dict(
            text("state_dict"),
            dict(text("w"), TorchFiles.pair()),
            text("hyper_parameters"),
            attributes,
            text("callbacks"),
            dict(global("pytorch_lightning.callbacks", "ModelCheckpoint"), dict()));
    Map<String, byte[]> storages = Map.of("0", TorchFiles.floats(3, 4));
    try (TorchFile file = TorchFile.open(TorchFiles.zip(folder.resolve("x"), object, storages))) {
      assertThat(file.hyperParameters().orElseThrow().texts())
          .containsExactly(Map.entry("width", new PickleValue.Whole(8)));
    }
  }

  @Test
  void tellsFilesApartByTheirFirstBytes() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "GIF89a, say");
    assertThatThrownBy(() -> TensorFile.open(other))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("other: is neither a safetensors file nor a PyTorch checkpoint")
        .hasMessageContaining("47 49 46");
    Path empty = Files.write(folder.resolve("empty"), new byte[0]);
    assertThatThrownBy(() -> TensorFile.open(empty)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> TensorFile.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a folder");
    Path safe = folder.resolve("safe");
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.write(safe, Map.of("x", Tensors.of(new float[] {1}, 1)), Map.of());
    }
    try (TensorFile file = TensorFile.open(safe)) {
      assertThat(file).isInstanceOf(SafetensorsFile.class);
    }
  }

  @Test
  void leavesNoFileOpen() throws IOException {
    Path open = Path.of("/proc/self/fd");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(open));
    Path bad = Files.write(folder.resolve("bad"), TorchFiles.MAGIC);
    assertThatThrownBy(() -> TensorFile.open(bad)).isInstanceOf(InputException.class);
    try (Stream<Path> descriptors = Files.list(open)) {
      assertThat(descriptors.filter(each -> leadsTo(each, bad))).isEmpty();
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (IOException e) {
      return false;
    }
  }

  private static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(TorchFileTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}

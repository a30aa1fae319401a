package org.dide.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.model.DualEncoder;
import org.dide.tensor.Device;
import org.dide.tensor.SafetensorsFile;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFolderTest {
  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void place() {
    folder = parent.resolve("model");
  }

  @Test
  void aDualEncoderComesBackAsItWas() {
    try (TrainedModel saved = TinyModels.dual(1)) {
      ModelFolder.save(folder, saved);
      requireEqual(saved);
    }
  }

  @Test
  void aFusionModelComesBackAsItWas() {
    try (TrainedModel saved = TinyModels.fusion(1)) {
      ModelFolder.save(folder, saved);
      requireEqual(saved);
    }
  }

  private void requireEqual(TrainedModel saved) {
    try (TrainedModel loaded = ModelFolder.load(folder, Device.CPU)) {
      assertThat(loaded.model()).hasSameClassAs(saved.model());
      assertThat(loaded.model().architecture()).isEqualTo(saved.model().architecture());
      assertThat(loaded.model().head()).isEqualTo(saved.model().head());
      assertThat(loaded.task().answers()).isEqualTo(saved.task().answers());
      assertThat(loaded.vocabulary().tokens()).isEqualTo(saved.vocabulary().tokens());
      assertThat(loaded.preprocessing()).isEqualTo(saved.preprocessing());
      assertThat(loaded.provenance()).isEqualTo(saved.provenance());
      assertThat(values(loaded)).isEqualTo(values(saved));
      assertThat(loaded.fingerprint()).isEqualTo(saved.fingerprint());
    }
  }

  private static Map<String, List<Integer>> values(TrainedModel trained) {
    Map<String, List<Integer>> values = new HashMap<>();
    trained
        .model()
        .parameters()
        .tensors()
        .forEach((name, tensor) -> values.put(name, bits(Tensors.floats(tensor))));
    return values;
  }

  private static List<Integer> bits(float[] values) {
    Integer[] bits = new Integer[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return Arrays.asList(bits);
  }

  @Test
  void savingReplacesAndLeavesNothingAside() throws IOException {
    saveDual(1);
    Files.writeString(folder.resolve("stray.txt"), "of the old one");
    String old = fingerprint();
    saveDual(2);
    assertThat(fingerprint()).isNotEqualTo(old);
    assertThat(folder.resolve("stray.txt")).doesNotExist();
    try (Stream<Path> files = Files.list(parent)) {
      assertThat(files).containsExactly(folder);
    }
  }

  @Test
  void aSaveKilledBetweenItsRenamingsLosesNothing() throws IOException {
    saveDual(1);
    String old = fingerprint();
    Files.move(folder, parent.resolve(".model.old"));
    assertThat(fingerprint()).isEqualTo(old);
    saveDual(2);
    assertThat(fingerprint()).isNotEqualTo(old);
  }

  @Test
  void aSaveThatFailsLeavesTheOldModel() throws IOException {
    saveDual(1);
    String old = fingerprint();
    assertThatThrownBy(
            () ->
                org.dide.AtomicFolder.write(
                    folder,
                    aside -> {
                      Files.writeString(aside.resolve("half"), "");
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("disk full");
    assertThat(fingerprint()).isEqualTo(old);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "preprocessor_config.json",
        "vocab.txt",
        "model.safetensors",
        "provenance.json"
      })
  void aMissingFileIsNamed(String name) throws IOException {
    saveDual(1);
    Files.delete(folder.resolve(name));
    assertRefused(folder.resolve(name).toString(), "there is no such file");
  }

  @Test
  void aMissingFolderIsNamed() {
    assertRefused(folder.toString(), "there is no such model folder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\u0001',
      value = {
        "config.json; \"width\"; \"widht\"; architecture: unknown keys [widht], missing keys [width]; allowed and needed are width, heads",
        "config.json; \"width\" : 32; \"width\" : \"32\"; architecture.width: found \"32\", allowed is a whole number",
        "config.json; \"width\" : 32; \"width\" : 32.5; architecture.width: found 32.5",
        "config.json; \"width\" : 32; \"width\" : null; architecture.width: found null",
        "config.json; \"width\" : 32; \"width\" : NaN; NaN",
        "config.json; \"width\" : 32; \"width\" : 33; width: found 33, allowed is a multiple",
        "config.json; \"width\" : 32; \"width\" : 65536; parameters, allowed are at most",
        "config.json; \"depth\" : 2; \"depth\" : 2000000000; depth: found 2000000000, allowed is 1 to 1000",
        "config.json; \"depth\" : 2; \"depth\" : 3; parameters do not fit",
        "config.json; \"depth\" : 2,;; missing keys [depth]",
        "config.json; \"dropout\" : 0.1; \"dropout\" : \"NaN\"; dropout",
        "config.json; \"depth\" : 2; \"depth\" : 2, \"depth\" : 2; Duplicate",
        "config.json; \"dide\"; \"bide\"; format: found 'bide', allowed is dide",
        "config.json; \"version\" : 1; \"version\" : 2; version: found 2, allowed is 1",
        "config.json; \"dual\"; \"triple\"; kind: found \"triple\", allowed is fusion or dual",
        "config.json; \"dual\"; 1; kind",
        "config.json; \"vqa\"; \"sing\"; task.name: found \"sing\", allowed is vqa or statement or reasoning or entailment",
        "config.json; \"blue\"; \"red\"; 'red' at 3 is there twice",
        "config.json; \"blue\"; null; task.answers",
        "config.json; \"blue\"; 7; task.answers[3]: found 7, allowed is a string",
        "config.json; \"blue\", ; ; parameters do not fit",
        "config.json; {; ]; not valid JSON",
        "config.json; [ \"no\", \"yes\", \"red\", \"blue\", \"a | b\", \"circle\" ]; []; found 1 pictures and 0 classes",
        "config.json; \"version\" : 1,; \"version\" : 1, \"version\" : 1,; Duplicate",
        "preprocessor_config.json; \"white\"; \"green\"; alpha: found \"green\", allowed is white or drop",
        "preprocessor_config.json; 64; 100000000; shorter: found 100000000",
        "preprocessor_config.json; \"sizeMultiple\" : 16; \"sizeMultiple\" : 24; multiples of 16",
        "preprocessor_config.json; \"resize\" : true; \"resize\" : \"yes\"; resize: found \"yes\", allowed is true or false",
        "provenance.json; \"version\" : 1; \"version\" : 9; version: found 9, allowed is 1",
        "provenance.json; \"created\" : \"; \"created\" : \"the year ; created: found \"the year",
        "vocab.txt; red; what; repeats the token what",
      })
  void whatIsWrongInAFileIsNamed(String name, String from, String to, String told)
      throws IOException {
    saveDual(1);
    Path file = folder.resolve(name);
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(
        file, text.replaceFirst(java.util.regex.Pattern.quote(from), to == null ? "" : to));
    assertRefused(told.contains("do not fit") ? "model.safetensors" : file.toString(), told);
  }

  @Test
  void aVocabularyLargerThanTheEmbeddingIsRefused() throws IOException {
    saveDual(1);
    Path file = folder.resolve("vocab.txt");
    Files.writeString(file, Files.readString(file) + "more\n");
    assertRefused(file.toString(), "found 16 tokens, allowed are at most 15");
  }

  @Test
  void truncatedParametersAreNamed() throws IOException {
    saveDual(1);
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
    assertRefused(file.toString(), "");
  }

  @Test
  void aParameterThatIsNoNumberIsNamed() {
    saveDual(1);
    Path file = folder.resolve("model.safetensors");
    rewrite(
        file, tensors -> tensors.computeIfPresent("fusion.0.bias", (name, bias) -> withNaN(bias)));
    assertRefused("fusion.0.bias", "infinite or not numbers");
  }

  @Test
  void aMissingParameterAndAStrangerAreNamed() {
    saveDual(1);
    Path file = folder.resolve("model.safetensors");
    rewrite(file, tensors -> tensors.put("stranger", tensors.remove("fusion.0.bias")));
    assertRefused("fusion.0.bias: missing", "stranger: not a parameter of this model");
  }

  private interface Change {
    void apply(Map<String, Tensor> tensors);
  }

  private static void rewrite(Path file, Change change) {
    try (Scope scope = Scope.open();
        SafetensorsFile source = SafetensorsFile.open(file)) {
      Map<String, Tensor> tensors = new HashMap<>(source.tensors());
      change.apply(tensors);
      SafetensorsWriter.write(file, tensors, Map.of());
    }
  }

  private static Tensor withNaN(Tensor like) {
    float[] values = Tensors.floats(like);
    values[values.length / 2] = Float.NaN;
    return Tensors.of(values, Tensors.shape(like));
  }

  @Test
  void theCardSaysWhatTheModelIsAndHowGood() throws IOException {
    try (TrainedModel trained = TinyModels.dual(1)) {
      TrainedModel judged =
          new TrainedModel(
              trained.model(),
              trained.task(),
              trained.vocabulary(),
              trained.preprocessing(),
              trained.provenance().withResults(Map.of("test.score", 0.8125)));
      ModelFolder.save(folder, judged);
      assertThat(folder.resolve("README.md"))
          .content()
          .contains("| test.score | 0.8125 |")
          .contains("| drawn \\| by hand | train | 12 |")
          .contains("dide ask --model .")
          .contains(trained.fingerprint());
    }
  }

  @Test
  void everyParameterMattersToTheFingerprint() {
    try (TrainedModel trained = TinyModels.dual(1)) {
      String before = trained.fingerprint();
      for (String name : trained.model().parameters().tensors().keySet()) {
        try (Scope scope = Scope.open()) {
          Tensor parameter = trained.model().parameters().tensors().get(name);
          float[] values = Tensors.floats(parameter);
          float kept = values[0];
          values[0] = Math.nextUp(kept);
          trained.model().parameters().assign(name, Tensors.of(values, Tensors.shape(parameter)));
          assertThat(trained.fingerprint()).as(name).isNotEqualTo(before);
          values[0] = kept;
          trained.model().parameters().assign(name, Tensors.of(values, Tensors.shape(parameter)));
        }
      }
      assertThat(trained.fingerprint()).isEqualTo(before);
    }
  }

  @Test
  void theFingerprintKnowsNothingOfTheMaking() {
    try (TrainedModel trained = TinyModels.dual(1)) {
      TrainedModel other =
          new TrainedModel(
              trained.model(),
              trained.task(),
              trained.vocabulary(),
              trained.preprocessing(),
              Provenance.now(List.of(), "", 9, "abc"));
      assertThat(other.fingerprint()).isEqualTo(trained.fingerprint());
      assertThat(trained.model()).isInstanceOf(DualEncoder.class);
    }
  }

  private void saveDual(long seed) {
    try (TrainedModel trained = TinyModels.dual(seed)) {
      ModelFolder.save(folder, trained);
    }
  }

  private String fingerprint() {
    try (TrainedModel trained = ModelFolder.load(folder, Device.CPU)) {
      return trained.fingerprint();
    }
  }

  private void assertRefused(String place, String told) {
    assertThatThrownBy(() -> ModelFolder.load(folder, Device.CPU))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(place)
        .hasMessageContaining(told);
  }
}

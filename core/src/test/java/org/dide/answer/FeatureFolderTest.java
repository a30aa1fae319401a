package org.dide.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.hub.Checksums;
import org.dide.tensor.Device;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureFolderTest {
  private static final String MODEL = "ab".repeat(32);
  private static final List<StoredPicture> PICTURES =
      List.of(
          new StoredPicture("a/one.png", "01".repeat(32), 640, 480),
          new StoredPicture("ä\n\"zwei\".jpg", "02".repeat(32), 1, 7));
  private static final float[] VALUES = {0, -0.0f, 1e-42f, 1, -0.3f, Math.nextUp(1f)};

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void place() {
    folder = parent.resolve("holiday.features");
  }

  @Test
  void comesBackToTheLastBit() {
    write(MODEL, PICTURES, VALUES);
    try (Features read = FeatureFolder.read(folder, MODEL)) {
      assertThat(read.model()).isEqualTo(MODEL);
      assertThat(read.pictures()).isEqualTo(PICTURES);
      assertThat(bits(Tensors.floats(read.vectors()))).isEqualTo(bits(VALUES));
      assertThat(bits(read.vector(1))).isEqualTo(bits(1, -0.3f, Math.nextUp(1f)));
      assertThat(read.find("ä\n\"zwei\".jpg")).hasValue(1);
      assertThat(read.find("one.png")).isEmpty();
    }
  }

  @Test
  void outlivesTheScopeItIsReadIn() {
    write(MODEL, PICTURES, VALUES);
    Features read;
    try (Scope scope = Scope.open()) {
      read = FeatureFolder.read(folder, MODEL);
    }
    try (read) {
      assertThat(read.vector(1)[0]).isEqualTo(1);
    }
  }

  @Test
  void theFormatIsAsSpecified() throws IOException {
    write(MODEL, PICTURES, VALUES);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("features.json", "pictures.jsonl", "features.safetensors");
    }
    assertThat(folder.resolve("pictures.jsonl"))
        .content(UTF_8)
        .isEqualTo(
            """
            {"id":"a/one.png","sha256":"%s","width":640,"height":480}
            {"id":"ä\\n\\"zwei\\".jpg","sha256":"%s","width":1,"height":7}
            """
                .formatted("01".repeat(32), "02".repeat(32)));
    assertThat(folder.resolve("features.json"))
        .content(UTF_8)
        .isEqualTo(
            """
            {
              "format" : "dide features",
              "version" : 1,
              "model" : "%s",
              "pictures" : 2,
              "width" : 3,
              "checksums" : {
                "pictures" : "%s",
                "features" : "%s"
              }
            }
            """
                .formatted(
                    MODEL,
                    Checksums.of(folder.resolve("pictures.jsonl")),
                    Checksums.of(folder.resolve("features.safetensors"))));
  }

  @Test
  void theSameFeaturesAreTheSameBytes() throws IOException {
    write(MODEL, PICTURES, VALUES);
    Map<Path, String> first = checksums();
    write(MODEL, PICTURES, VALUES);
    assertThat(checksums()).isEqualTo(first);
  }

  @Test
  void olderFeaturesAreReplaced() throws IOException {
    write(MODEL, PICTURES, VALUES);
    write(MODEL, PICTURES.subList(1, 2), 4, 5, 6);
    try (Features read = FeatureFolder.read(folder, MODEL);
        Stream<Path> files = Files.list(parent)) {
      assertThat(read.pictures()).isEqualTo(PICTURES.subList(1, 2));
      assertThat(files).containsExactly(folder);
    }
  }

  @Test
  void nothingElseIsReplaced() throws IOException {
    Path photo = Files.createDirectories(folder).resolve("photo.jpg");
    Files.writeString(photo, "the only one");
    assertThatThrownBy(() -> write(MODEL, PICTURES, VALUES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(folder + ": is there already and holds no features");
    assertThat(photo).hasContent("the only one");

    Files.delete(photo);
    write(MODEL, PICTURES, VALUES); // an empty folder is no loss

    Path file = Files.writeString(parent.resolve("file"), "");
    assertThatThrownBy(() -> FeatureFolder.requireWritable(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no features");
    assertThatThrownBy(() -> FeatureFolder.requireWritable(file.resolve("below")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot be made");
  }

  @Test
  void whatIsNotFiniteIsNotWritten() {
    assertThatThrownBy(() -> write(MODEL, PICTURES, 0, 1, 2, 3, Float.NaN, 5))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("picture 'ä\n\"zwei\".jpg': found values")
        .hasMessageContaining("infinite or not numbers");
    assertThat(folder).doesNotExist();
  }

  @Test
  void anotherModelIsNamed() {
    write(MODEL, PICTURES, VALUES);
    assertThatThrownBy(() -> FeatureFolder.read(folder, "cd".repeat(32)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(folder + ": made by another model, with fingerprint " + MODEL)
        .hasMessageContaining("the one to answer has " + "cd".repeat(32));
  }

  @Test
  void aMissingFolderIsNamed() {
    assertRefused(folder.toString(), "there is no such folder of features");
  }

  @ParameterizedTest
  @ValueSource(strings = {"features.json", "pictures.jsonl", "features.safetensors"})
  void aMissingFileIsNamed(String name) throws IOException {
    write(MODEL, PICTURES, VALUES);
    Files.delete(folder.resolve(name));
    assertRefused(folder.resolve(name).toString(), "there is no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pictures.jsonl", "features.safetensors"})
  void oneChangedBitIsFound(String name) throws IOException {
    write(MODEL, PICTURES, VALUES);
    Path file = folder.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 6] ^= 1;
    Files.write(file, bytes);
    assertRefused(file.toString(), "is damaged, or of another folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pictures.jsonl", "features.safetensors"})
  void aTruncatedFileIsFound(String name) throws IOException {
    write(MODEL, PICTURES, VALUES);
    Path file = folder.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 3));
    assertRefused(file.toString(), "is damaged, or of another folder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"dide features\"; \"dide\"; format: found 'dide', allowed is 'dide features'",
        "\"version\" : 1; \"version\" : 2; version: found 2, allowed is 1",
        "\"width\" : 3; \"wdith\" : 3; unknown keys [wdith], missing keys [width]",
        "\"width\" : 3; \"width\" : 0; found 2 and 0, allowed is at least 1",
        "\"width\" : 3; \"width\" : 4; found the tensors [features F32 [2, 3]], allowed is features F32 [2, 4]",
        "\"pictures\" : 2; \"pictures\" : 3; found 2 pictures, allowed are 3, as features.json says",
        "\"pictures\" : 2; \"pictures\" : \"2\"; found \"2\", allowed is a whole number",
        "{; ]; not valid JSON",
      })
  void whatIsWrongInTheDescriptionIsNamed(String from, String to, String told) throws IOException {
    write(MODEL, PICTURES, VALUES);
    replaceInDescription(from, to);
    assertRefused(folder.toString(), told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"a/one.png\"; \"\"; line 1: id: found an empty one",
        "\"a/one.png\"; null; line 1: id: found null, allowed is a string",
        "\"a/one.png\"; \"ä\\n\\\"zwei\\\".jpg\"; line 2: id 'ä",
        "\"width\":640; \"width\":-1; line 1: width and height: found -1 and 480",
        "\"width\":640; \"breadth\":640; line 1: unknown keys [breadth], missing keys [width]",
        "0101; 01zz; line 1: sha256: found '01zz",
        "640; 64O; line 1: not valid JSON",
      })
  void whatIsWrongWithAPictureIsNamed(String from, String to, String told) throws IOException {
    write(MODEL, PICTURES, VALUES);
    Path file = folder.resolve("pictures.jsonl");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replaceFirst(quoted(from), replacement(to)));
    renewChecksums();
    assertRefused(file.toString(), told);
  }

  @Test
  void picturesThatAreMissingAreCounted() throws IOException {
    write(MODEL, PICTURES, VALUES);
    Path file = folder.resolve("pictures.jsonl");
    Files.writeString(file, Files.readString(file).lines().findFirst().orElseThrow() + "\n");
    renewChecksums();
    assertRefused(file.toString(), "found 1 pictures, allowed are 2");
  }

  @Test
  void textInAnotherEncodingIsNamed() throws IOException {
    write(MODEL, PICTURES, VALUES);
    Path file = folder.resolve("pictures.jsonl");
    Files.write(
        file, Files.readString(file).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    renewChecksums();
    assertRefused(file.toString(), "not UTF-8 text");
  }

  @Test
  void wrongTensorsAreNamed() throws IOException {
    try (Scope scope = Scope.open()) {
      Tensor right = Tensors.of(VALUES, 2, 3);
      Tensor halves = right.to(Device.CPU.torch(), ScalarType.BFloat16);
      refuseTensors(Map.of("features", Tensors.of(VALUES, 3, 2)), "features F32 [3, 2]");
      refuseTensors(Map.of("features", Tensors.of(VALUES, 6)), "features F32 [6]");
      refuseTensors(Map.of("features", halves), "features BF16 [2, 3]");
      refuseTensors(Map.of("other", right), "other F32 [2, 3]");
      refuseTensors(Map.of("features", right, "other", right), "other F32 [2, 3]");
    }
  }

  @Test
  void valuesThatAreNotFiniteAreNamed() throws IOException {
    try (Scope scope = Scope.open()) {
      float[] values = VALUES.clone();
      values[2] = Float.NEGATIVE_INFINITY;
      write(MODEL, PICTURES, VALUES);
      Path file = folder.resolve("features.safetensors");
      SafetensorsWriter.write(file, Map.of("features", Tensors.of(values, 2, 3)), Map.of());
      renewChecksums();
      assertRefused(file.toString(), "picture 'a/one.png': found values in its vector");
    }
  }

  @Test
  void aFileThatIsNoSafetensorsIsNamed() throws IOException {
    write(MODEL, PICTURES, VALUES);
    Path file = folder.resolve("features.safetensors");
    Files.writeString(file, "surely no tensors in here");
    renewChecksums();
    assertRefused(file.toString(), "not safetensors");
  }

  private void refuseTensors(Map<String, Tensor> tensors, String found) throws IOException {
    write(MODEL, PICTURES, VALUES);
    Path file = folder.resolve("features.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    renewChecksums();
    assertRefused(file.toString(), found);
  }

  private void assertRefused(String place, String told) {
    assertThatThrownBy(() -> FeatureFolder.read(folder, MODEL))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(place)
        .hasMessageContaining(told);
  }

  private void write(String model, List<StoredPicture> pictures, float... values) {
    int width = values.length / pictures.size();
    try (FeatureRows rows = new FeatureRows(pictures.size(), width)) {
      for (int row = 0; row < pictures.size(); row++) {
        rows.add(
            pictures.get(row),
            java.util.Arrays.copyOfRange(values, row * width, (row + 1) * width));
      }
      try (Features features = rows.features(model)) {
        FeatureFolder.write(folder, features);
      }
    }
  }

  /** Makes a folder's checksums right again, as someone would who edits it by hand. */
  private void renewChecksums() throws IOException {
    for (String name : List.of("pictures.jsonl", "features.safetensors")) {
      String key = name.substring(0, name.indexOf('.'));
      replaceInDescription(
          "(\"%s\" : )\"[0-9a-f]{64}\"".formatted(key),
          "$1\"%s\"".formatted(Checksums.of(folder.resolve(name))),
          true);
    }
  }

  private void replaceInDescription(String from, String to) throws IOException {
    replaceInDescription(quoted(from), replacement(to), false);
  }

  private void replaceInDescription(String pattern, String to, boolean same) throws IOException {
    Path file = folder.resolve("features.json");
    String text = Files.readString(file);
    String changed = text.replaceFirst(pattern, to);
    assertThat(same || !changed.equals(text)).as("found " + pattern).isTrue();
    Files.writeString(file, changed);
  }

  private static String quoted(String text) {
    return java.util.regex.Pattern.quote(text);
  }

  private static String replacement(String text) {
    return java.util.regex.Matcher.quoteReplacement(text);
  }

  private Map<Path, String> checksums() throws IOException {
    Map<Path, String> checksums = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> checksums.put(file, Checksums.of(file)));
    }
    return checksums;
  }

  private static List<Integer> bits(float... values) {
    List<Integer> bits = new ArrayList<>();
    for (float value : values) {
      bits.add(Float.floatToRawIntBits(value));
    }
    return bits;
  }
}

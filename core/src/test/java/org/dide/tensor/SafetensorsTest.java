package org.dide.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.dide.AtomicFile;
import org.dide.InputException;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsTest {
  private static final String SOUND =
      """
      {"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
      "y":{"dtype":"BOOL","shape":[2,1],"data_offsets":[8,10]}}""";

  @TempDir Path folder;

  @Test
  void readsWhatTheFormatSays() throws IOException {
    Path file = file(SOUND, floats(1.5f, -2f, (byte) 1, (byte) 0));
    try (Scope scope = Scope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.metadata()).containsExactly(Map.entry("a", "b"));
      assertThat(opened.entries().values())
          .containsExactly(
              new SafetensorsFile.Entry("x", "F32", List.of(2L), 0, 8),
              new SafetensorsFile.Entry("y", "BOOL", List.of(2L, 1L), 8, 10));
      assertThat(Tensors.floats(opened.tensor("x"))).containsExactly(1.5f, -2f);
      assertThat(Tensors.longs(opened.tensor("y"))).containsExactly(1, 0);
      assertThat(opened.tensors().keySet()).containsExactly("x", "y");
    }
  }

  /** Each row: what the header says instead, and what the error must say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]                                                                   | header: allowed is one JSON object
          ` {}`                                                                 | header: allowed is one JSON object
          {"x":1}                                                               | tensor x: found '1', allowed is an object
          {"x":{"shape":[2],"data_offsets":[0,8]}}                              | tensor x: has no dtype
          {"x":{"dtype":"F32","data_offsets":[0,8]}}                            | tensor x: has no shape
          {"x":{"dtype":"F32","shape":[2]}}                                     | tensor x: has no data_offsets
          {"x":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}                | tensor x: dtype: found 'F33', allowed are [F64, F32
          {"x":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}                    | tensor x: dtype: found '7'
          {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"z":1}}          | tensor x: found key 'z', allowed are dtype, shape, data_offsets
          {"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}               | tensor x: shape: found '-2'
          {"x":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}              | tensor x: shape: found '2.0'
          {"x":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}              | tensor x: shape: found '2'
          {"x":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}              | tensor x: shape: found '['
          {"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}                  | tensor x: shape: found '2', allowed is a list
          {"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}} | tensor x: shape: found '9223372036854775808'
          {"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}} | tensor x: shape: [4294967296, 4294967296] is more than
          {"x":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}} | tensor x: shape: [0, 4294967296, 4294967296] is more than
          {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}                | tensor x: data_offsets: found [0, 8], 8 bytes; F32 of shape [3] needs 12
          {"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                | tensor x: data_offsets: found [8, 0], allowed is [begin, end]
          {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}              | tensor x: data_offsets: found [0, 8, 8]
          {"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}                 | found 6 bytes past the end of the last tensor
          {}                                                                    | found 8 bytes past the end
          {"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}               | tensor x: truncated: it ends at byte 16, the file holds 8
          {"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                | tensor x: gap: it begins at byte 4, allowed is 0
          {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensor y: overlap: it begins at byte 4, allowed is 8
          {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensor x: stands twice
          {"x":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}    | tensor x: shape: stands twice
          {"__metadata__":{"a":"b","a":"c"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | __metadata__: a: stands twice
          {"__metadata__":{},"__metadata__":{}} | header: __metadata__: stands twice
          {"x":{"dtype":"F32","dtype":"F32"}} | tensor x: dtype: stands twice
          {"x":{"data_offsets":[0,0],"data_offsets":[0,0]}} | tensor x: data_offsets: stands twice
          {"__metadata__":{"a":1},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | __metadata__: a: found '1', allowed are strings
          {"__metadata__":"a","x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | __metadata__: found 'a', allowed is an object
          {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} {}             | header: found something behind the JSON object
          {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]                  | header: not sound JSON
          """)
  void refuses(String header, String message) throws IOException {
    Path file = file(header, new byte[8]);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsNoSuchFileAtAll() throws IOException {
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("absent")))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("there is no such file");
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a folder");
    Path empty = Files.write(folder.resolve("empty"), new byte[7]);
    assertThatThrownBy(() -> SafetensorsFile.open(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("truncated: found 7 bytes");
  }

  @Test
  void refusesHeadersThatClaimTooMuch() throws IOException {
    for (long length : new long[] {100_000_001L, -1L, Long.MIN_VALUE, 1}) {
      byte[] bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      Path file = Files.write(folder.resolve("claims"), bytes);
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("found a header of " + Long.toUnsignedString(length) + " bytes");
    }
    byte[] bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(9).array();
    Path file = Files.write(folder.resolve("claims"), bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("truncated: the header ends at byte 17, the file at 16");
  }

  @Test
  void refusesHeadersInOtherEncodings() throws IOException {
    Path wide = file("{}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE), new byte[0]);
    assertThatThrownBy(() -> SafetensorsFile.open(wide)).isInstanceOf(InputException.class);
    byte[] latin = "{\"ä\":{}}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    Path narrow = file(latin, new byte[0]);
    assertThatThrownBy(() -> SafetensorsFile.open(narrow))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void namesTheTensorsThereAre() throws IOException {
    try (SafetensorsFile opened = SafetensorsFile.open(file(SOUND, new byte[10]))) {
      assertThatThrownBy(() -> opened.tensor("z"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("has no tensor z; its 2 tensors are x, y");
    }
  }

  @Test
  void refusesBooleansThatAreNeither() throws IOException {
    byte[] data = new byte[10];
    data[9] = 2;
    try (SafetensorsFile opened = SafetensorsFile.open(file(SOUND, data))) {
      assertThatThrownBy(() -> opened.tensor("y"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("tensor y: found a BOOL of 2");
    }
  }

  @Test
  void saysWhenTheFileShrinksUnderIt() throws IOException {
    Path file = file(SOUND, new byte[10]);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      Files.write(file, new byte[20]);
      assertThatThrownBy(() -> opened.tensor("x"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("shortened while it was read");
    }
  }

  @Test
  @Timeout(60)
  void survivesMutatedHeaders() throws IOException {
    Random random = new Random(20);
    byte[] header = SOUND.getBytes(UTF_8);
    String alphabet = "{}[]\",:0123456789-.eEF_xynulltrue \\u\0";
    int sound = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] mutated = header.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        int position = random.nextInt(mutated.length);
        mutated[position] =
            random.nextBoolean()
                ? (byte) alphabet.charAt(random.nextInt(alphabet.length()))
                : (byte) random.nextInt(256);
      }
      try (Scope scope = Scope.open();
          SafetensorsFile opened = SafetensorsFile.open(file(mutated, new byte[10]))) {
        assertThat(opened.tensors()).hasSameSizeAs(opened.entries());
        sound++;
      } catch (InputException expected) {
        assertThat(expected).hasMessageStartingWith(folder.toString());
      }
    }
    assertThat(sound).isBetween(1, 1_500);
  }

  @Test
  void readsPastFourGigabytes() throws IOException {
    long far = 5L << 30;
    String header =
        """
        {"hole":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]},\
        "x":{"dtype":"F32","shape":[2],"data_offsets":[%d,%d]}}"""
            .formatted(far, far, far, far + 8);
    Path file = file(header, new byte[0]);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(floats(3f, 4f)), channel.size() + far);
    }
    try (Scope scope = Scope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(Tensors.floats(opened.tensor("x"))).containsExactly(3f, 4f);
    }
  }

  @Test
  void alignsEveryElementAndKeepsTheOrder() throws IOException {
    Path file = folder.resolve("aligned");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("flags", Tensors.of(new boolean[] {true, false, true}, 3));
      tensors.put("z", Tensors.of(new float[] {1, 2}, 2));
      tensors.put("a", Tensors.of(new long[] {7}, 1));
      SafetensorsWriter.write(file, tensors, Map.of());
    }
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.entries().keySet()).containsExactly("flags", "z", "a");
      assertThat(opened.entries().values())
          .extracting(SafetensorsFile.Entry::begin)
          .containsExactly(16L, 8L, 0L);
    }
    assertThat(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong())
        .satisfies(length -> assertThat(length % 8).isZero());
  }

  @Test
  void leavesTheOldFileWhenWritingFails() throws IOException {
    Path file = Files.writeString(folder.resolve("kept"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[5]));
                      throw new IOException("no space left");
                    }))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("kept: cannot be written")
        .hasMessageContaining("no space left");
    assertThat(file).hasContent("old");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void namesTheFolderThatIsMissing() {
    Path file = folder.resolve("absent").resolve("x");
    assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file + ": cannot be written");
  }

  @Test
  void readsWhatTheReferenceWrote() throws IOException {
    Path golden = Shared.path("golden");
    List<Path> files;
    try (Stream<Path> all = Files.walk(golden)) {
      files = all.filter(path -> path.toString().endsWith(".safetensors")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    for (Path path : files) {
      try (Scope scope = Scope.open();
          SafetensorsFile opened = SafetensorsFile.open(path)) {
        assertThat(opened.tensors()).hasSameSizeAs(opened.entries());
      }
    }
  }

  private Path file(String header, byte[] data) throws IOException {
    return file(header.getBytes(UTF_8), data);
  }

  private Path file(byte[] header, byte[] data) throws IOException {
    byte[] bytes =
        ByteBuffer.allocate(8 + header.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .put(data)
            .array();
    return Files.write(folder.resolve("some.safetensors"), bytes);
  }

  private static byte[] floats(float first, float second, byte... rest) {
    return ByteBuffer.allocate(8 + rest.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(first)
        .putFloat(second)
        .put(rest)
        .array();
  }
}

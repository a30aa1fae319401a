package org.dide.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.JsonLimits;
import org.dide.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers that ask for much work or memory. */
final class SafetensorsHostileTest {
  private static final int BYTES = 10_000_000;
  private static final long FIXED = 1 << 20; // buffers, an error's trace
  private static final String EMPTY = ":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";

  @TempDir Path folder;

  /** What a header holds, what refuses it, and what fields it is made of. */
  static Stream<Arguments> headers() {
    return Stream.of(
        header("many tensors", "takes more than", i -> "\"%x\"%s".formatted(i, EMPTY)),
        header("long names", "takes more than", i -> "\"%01000d\"%s".formatted(i, EMPTY)),
        header(
            "wide names",
            "takes more than",
            i -> "\"%s%x\"%s".formatted("\u1234".repeat(900), i, EMPTY)),
        header("much metadata", "takes more than", i -> "%s\"%x\":\"\"".formatted(metadata(i), i)),
        header(
            "long metadata",
            "takes more than",
            i -> "%s\"%x\":\"%s\"".formatted(metadata(i), i, "a".repeat(200_000))),
        header("a name", "Name length", whole("\"%s", "a")),
        header("a text", "String value length", whole("\"__metadata__\":{\"a\":\"%s", "a")),
        header("a number", "exceeds the maximum allowed", whole("\"a\":{\"shape\":[%s", "1")),
        header("a shape", "more than 64 numbers", whole("\"a\":{\"shape\":[%s", "1,")),
        header("lists", "found '[', allowed is an object", whole("\"a\":%s", "[")),
        header("objects", "found key 'a'", whole("%s", "\"a\":{")),
        header("blanks", "not sound JSON", whole("%s,", " ")));
  }

  private static Arguments header(String name, String refusal, IntFunction<String> field) {
    return Arguments.of(name, refusal, field);
  }

  private static String metadata(int i) {
    return i == 0 ? "\"__metadata__\":{" : "";
  }

  /** All that there is, in one piece. */
  private static IntFunction<String> whole(String format, String piece) {
    return i -> i == 0 ? format.formatted(piece.repeat(BYTES / piece.length())) : "";
  }

  private static String json(IntFunction<String> field) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; json.length() < BYTES; i++) {
      json.append(i == 0 ? "" : ",").append(field.apply(i));
    }
    return json.append('}').toString();
  }

  @ParameterizedTest
  @MethodSource("headers")
  void takesNoMoreThanTheFileGrants(String name, String reason, IntFunction<String> field)
      throws IOException {
    Path path = file(json(field));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    refusal(path); // loads classes
    long cpu = threads.getCurrentThreadCpuTime();
    long before = threads.getCurrentThreadAllocatedBytes();
    String refusal = refusal(path);
    long taken = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(refusal).as(name).startsWith(path + ": ").contains(reason).hasSizeLessThan(5000);
    assertThat(taken).isLessThan(MemoryBudget.TIMES * Files.size(path) + MemoryBudget.FREE + FIXED);
    assertThat(threads.getCurrentThreadCpuTime() - cpu).isLessThan(1_000_000_000L);
  }

  @Test
  void manySmallTensorsAreReadIfTheirElementsAreThere() throws IOException {
    int count = 20_000;
    int side = 500;
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < count; i++) {
      json.append(json.isEmpty() ? "{" : ",")
          .append("\"%x\":{\"dtype\":\"U8\",\"shape\":[%d],".formatted(i, side))
          .append("\"data_offsets\":[%d,%d]}".formatted(i * side, (i + 1) * side));
    }
    Path path = file(json.append('}').toString(), count * side);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.entries()).hasSize(count);
    }
  }

  @Test
  void aNameMayBeAsLongAsIsSaid() throws IOException {
    Path path = file("{\"%s\"%s}".formatted("a".repeat(JsonLimits.LONGEST_NAME), EMPTY));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.entries()).hasSize(1);
    }
  }

  private static String refusal(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return "read: " + file.entries().size() + " tensors";
    } catch (InputException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private Path file(String header) throws IOException {
    return file(header, 0);
  }

  private Path file(String header, int data) throws IOException {
    byte[] json = header.getBytes(UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(SafetensorsFile.PREFIX + json.length + data)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json);
    return Files.write(folder.resolve("header"), bytes.array());
  }
}

package org.dide.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_500L), ZoneOffset.UTC);

  @TempDir Path folder;

  /** What the parser below makes of one event; absent fields are 0 or empty. */
  private static final class Event {
    double wallTime;
    long step;
    String version = "";
    long session;
    final Map<String, Float> values = new LinkedHashMap<>();
  }

  @Test
  void writesVersionThenScalars() throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", 1.5);
    values.put("train/rate", 1e-4);
    try (TensorBoardWriter writer = new TensorBoardWriter(folder, 0, CLOCK)) {
      writer.append(1, values);
      writer.append(300, Map.of("dev/score", 0.75));
      writer.flush();
      List<Event> events = parse(writer.file());

      assertThat(events).hasSize(3).allMatch(event -> event.wallTime == 1_700_000_000.5);
      assertThat(events.get(0).version).isEqualTo("brain.Event:2");
      assertThat(events.get(1).step).isEqualTo(1);
      assertThat(events.get(1).values)
          .containsExactly(Map.entry("train/loss", 1.5f), Map.entry("train/rate", 1e-4f));
      assertThat(events.get(2).step).isEqualTo(300);
      assertThat(events.get(2).values).containsExactly(Map.entry("dev/score", 0.75f));
    }
  }

  @Test
  void goesOnInANewFileThatSaysWhereItStarts() throws IOException {
    Path first;
    try (TensorBoardWriter writer = new TensorBoardWriter(folder, 0, CLOCK)) {
      writer.append(20, Map.of("loss", 1.0));
      first = writer.file();
    }
    byte[] before = Files.readAllBytes(first);
    try (TensorBoardWriter writer = new TensorBoardWriter(folder, 10, CLOCK)) {
      assertThat(writer.file()).isNotEqualTo(first);
      assertThat(writer.file().toString()).isGreaterThan(first.toString());
      Event start = parse(writer.file()).get(1);
      assertThat(start.step).isEqualTo(11); // the first step that will be written again
      assertThat(start.session).isEqualTo(1);
    }
    assertThat(Files.readAllBytes(first)).isEqualTo(before);
  }

  @Test
  void masksTheChecksumAsTensorFlowDoes() {
    // CRC32C("123456789") is 0xe3069283 (RFC 3720's polynomial, its usual check value).
    int crc = 0xe3069283;
    int masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    assertThat(TensorBoardWriter.maskedChecksum("123456789".getBytes(UTF_8))).isEqualTo(masked);
  }

  private static List<Event> parse(Path file) throws IOException {
    ByteBuffer input = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (input.hasRemaining()) {
      byte[] length = take(input, 8);
      assertThat(input.getInt()).isEqualTo(TensorBoardWriter.maskedChecksum(length));
      long size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] record = take(input, (int) size);
      assertThat(input.getInt()).isEqualTo(TensorBoardWriter.maskedChecksum(record));
      events.add(event(fields(record)));
    }
    return events;
  }

  private static Event event(ByteBuffer input) {
    Event event = new Event();
    while (input.hasRemaining()) {
      int key = input.get();
      switch (key) {
        case 0x09 -> event.wallTime = input.getDouble();
        case 0x10 -> event.step = varint(input);
        case 0x1A -> event.version = text(input);
        case 0x2A -> summary(fields(take(input, (int) varint(input))), event.values);
        case 0x3A -> {
          ByteBuffer session = fields(take(input, (int) varint(input)));
          assertThat(session.get()).isEqualTo((byte) 0x08);
          event.session = varint(session);
        }
        default -> throw new AssertionError("event: field " + key);
      }
    }
    return event;
  }

  private static void summary(ByteBuffer input, Map<String, Float> values) {
    while (input.hasRemaining()) {
      assertThat(input.get()).isEqualTo((byte) 0x0A);
      ByteBuffer value = fields(take(input, (int) varint(input)));
      assertThat(value.get()).isEqualTo((byte) 0x0A);
      String tag = text(value);
      assertThat(value.get()).isEqualTo((byte) 0x15);
      values.put(tag, value.getFloat());
      assertThat(value.hasRemaining()).isFalse();
    }
  }

  private static String text(ByteBuffer input) {
    return new String(take(input, (int) varint(input)), UTF_8);
  }

  private static long varint(ByteBuffer input) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = input.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static ByteBuffer fields(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] take(ByteBuffer input, int size) {
    byte[] bytes = new byte[size];
    input.get(bytes);
    return bytes;
  }
}

package org.dide.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * The numbers of a run, {@code metrics.jsonl}: one JSON object a line,
 *
 * <pre>{@code {"step":200,"epoch":1,"split":"train","values":{"loss":1.25,"rate":1.0E-4}}}</pre>
 *
 * <p>in the order they came about. A value that is not finite is written as {@code null} and read
 * as NaN. A line is in the file when {@link #append} returns and on the disk after {@link #sync}.
 * Not thread-safe.
 */
public final class MetricsLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final FileChannel channel;

  /**
   * One line.
   *
   * @param step training steps done
   * @param epoch the epoch, from 0
   * @param split {@code train}, or which part of the data was evaluated
   * @param values by name
   */
  public record Entry(long step, int epoch, String split, Map<String, Double> values) {
    /** Copies the values. */
    public Entry {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  private MetricsLog(Path file) {
    this.file = file;
    try {
      this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Goes on with a log, or begins one.
   *
   * @param step where the training goes on; lines past it, which it will write again, are dropped
   * @throws InputException if the file cannot be read or written, or a line other than the last is
   *     not as it should be
   */
  public static MetricsLog open(Path file, long step) {
    if (Files.exists(file)) {
      List<String> kept = new ArrayList<>();
      for (Entry entry : read(file)) {
        if (entry.step() <= step) {
          kept.add(line(entry));
        }
      }
      ByteBuffer bytes = ByteBuffer.wrap(String.join("", kept).getBytes(UTF_8));
      AtomicFile.write(file, channel -> writeFully(channel, bytes));
    }
    return new MetricsLog(file);
  }

  /**
   * Reads a log, also one that is being written. A last line without its end is left out.
   *
   * @throws InputException if the file cannot be read or a line is not as it should be
   */
  public static List<Entry> read(Path file) {
    try {
      String text = Files.readString(file);
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      List<Entry> entries = new ArrayList<>();
      for (String line : whole.lines().toList()) {
        entries.add(entry(file, entries.size() + 1, line));
      }
      return entries;
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }

  /**
   * Adds a line.
   *
   * @throws InputException if it cannot be written
   */
  public void append(Entry entry) {
    try {
      writeFully(channel, ByteBuffer.wrap(line(entry).getBytes(UTF_8)));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Waits until all lines are on the disk; a checkpoint must not be ahead of its log.
   *
   * @throws InputException if that fails
   */
  public void sync() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static String line(Entry entry) {
    ObjectNode object = JSON.createObjectNode();
    object.put("step", entry.step()).put("epoch", entry.epoch()).put("split", entry.split());
    ObjectNode values = object.putObject("values");
    entry
        .values()
        .forEach(
            (name, value) -> {
              if (Double.isFinite(value)) {
                values.put(name, value);
              } else {
                values.putNull(name);
              }
            });
    return object + "\n";
  }

  private static Entry entry(Path file, int number, String line) {
    try {
      JsonNode object = JSON.readTree(line);
      if (object.path("step").isIntegralNumber()
          && object.path("epoch").isInt()
          && object.path("split").isTextual()
          && object.path("values").isObject()) {
        Map<String, Double> values = new LinkedHashMap<>();
        object
            .get("values")
            .properties()
            .forEach(value -> values.put(value.getKey(), value.getValue().asDouble(Double.NaN)));
        return new Entry(
            object.get("step").asLong(),
            object.get("epoch").asInt(),
            object.get("split").asText(),
            values);
      }
    } catch (JsonProcessingException e) {
      throw new InputException(malformed(file, number, line), e);
    }
    throw new InputException(malformed(file, number, line));
  }

  private static String malformed(Path file, int number, String line) {
    return ("%s: line %d: found '%.100s', allowed is"
            + " {\"step\": 1, \"epoch\": 0, \"split\": \"train\", \"values\": {…}}")
        .formatted(file, number, line);
  }

  private static void writeFully(FileChannel channel, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  private InputException unwritable(IOException e) {
    return new InputException("%s: cannot be written (%s)".formatted(file, e), e);
  }
}

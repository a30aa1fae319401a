package org.dide.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * What the demo found. Stored as {@code results.json}, an object with one key for each component.
 *
 * @param version of this format: 1, the first
 * @param fingerprints of the models by name, teacher first
 * @param scores on test, by model and metric (all questions, and each kind)
 * @param textOnly what never looking scores
 * @param speeds of teacher and best student
 * @param best the student that did best on dev
 * @param question asked of the first picture
 */
public record DemoResult(
    int version,
    Map<String, String> fingerprints,
    Map<String, Map<String, Double>> scores,
    TextOnly textOnly,
    List<Speed> speeds,
    String best,
    String question) {
  /** The version that is written. */
  static final int VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /** Keeps unmodifiable copies, in order. */
  public DemoResult {
    if (version != VERSION) {
      throw new InputException("version: found %d, allowed is %d".formatted(version, VERSION));
    }
    fingerprints = Collections.unmodifiableMap(new LinkedHashMap<>(fingerprints));
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    speeds = List.copyOf(speeds);
  }

  /** Writes the file. */
  void write(Path file) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(JSON.writeValueAsString(this) + "\n");
      AtomicFile.write(
          file,
          channel -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Reads the file, if it tells of just these models; any other has to be made anew. */
  static Optional<DemoResult> read(Path file, Map<String, String> fingerprints) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      DemoResult result = JSON.readValue(Files.readString(file), DemoResult.class);
      return Optional.of(result).filter(found -> found.fingerprints().equals(fingerprints));
    } catch (JsonProcessingException otherVersionOrDamaged) {
      return Optional.empty();
    } catch (IOException problem) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, problem), problem);
    }
  }
}

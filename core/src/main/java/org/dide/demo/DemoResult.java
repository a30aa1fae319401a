package org.dide.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.AtomicFile;
import org.dide.InputException;
import org.dide.hub.JsonText;

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
 * @param stored what the best student answers from stored vectors
 */
public record DemoResult(
    int version,
    Map<String, String> fingerprints,
    Map<String, Map<String, Double>> scores,
    TextOnly textOnly,
    List<Speed> speeds,
    String best,
    String question,
    StoredAnswers stored) {
  /** The version that is written. */
  static final int VERSION = 1;

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
    AtomicFile.write(file, JsonText.indented(this).getBytes(UTF_8));
  }

  /** Reads the file, if it tells of just these models; any other has to be made anew. */
  static Optional<DemoResult> read(Path file, Map<String, String> fingerprints) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      DemoResult result = JsonText.parse(Files.readString(file), file.toString(), DemoResult.class);
      return Optional.of(result).filter(found -> found.fingerprints().equals(fingerprints));
    } catch (InputException otherVersionOrDamaged) {
      return Optional.empty();
    } catch (IOException problem) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, problem), problem);
    }
  }
}

package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.tensor.SafetensorsFile;

/**
 * A golden case: a JSON file that says what the reference did, and the files beside it.
 *
 * @param path names the case in reports
 * @param file the JSON file
 * @param kind what sort of case it is
 * @param json what the file says
 */
record GoldenCase(String path, Path file, String kind, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a case.
   *
   * @throws InputException if the file cannot be read or names no kind
   */
  static GoldenCase read(CaseFile found) {
    JsonNode json = parse(found.file());
    String kind = found.kind().isEmpty() ? json.path("kind").asText() : found.kind();
    if (kind.isEmpty()) {
      throw new InputException("%s: kind: found nothing, a text is needed".formatted(found.file()));
    }
    return new GoldenCase(found.path(), found.file(), kind, json);
  }

  /** The task, or an empty text where the case has none. */
  String task() {
    return json.path("task").asText();
  }

  /**
   * A field that the case must have.
   *
   * @throws InputException if it has not
   */
  JsonNode field(String name) {
    return field(json, name, file);
  }

  /** The reference's configuration. */
  ReferenceConfig config() {
    return new ReferenceConfig(field("config"), file.toString());
  }

  /** A file beside the case. */
  Path sibling(String name) {
    return file.resolveSibling(name);
  }

  /** All tensors of a file beside the case. */
  Map<String, Tensor> tensors(String name) {
    try (SafetensorsFile tensors = SafetensorsFile.open(sibling(name))) {
      return tensors.tensors();
    }
  }

  static JsonNode field(JsonNode parent, String name, Object origin) {
    JsonNode value = parent.path(name);
    if (value.isMissingNode()) {
      throw new InputException("%s: %s: missing".formatted(origin, name));
    }
    return value;
  }

  private static JsonNode parse(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new InputException("%s: cannot be read as JSON (%s)".formatted(file, e), e);
    }
  }
}

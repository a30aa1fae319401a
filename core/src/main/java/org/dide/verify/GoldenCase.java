package org.dide.verify;

import com.fasterxml.jackson.databind.DeserializationFeature;
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
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /**
   * Reads a case.
   *
   * @throws InputException if the file cannot be read or names no kind
   */
  static GoldenCase read(CaseFile found) {
    JsonNode json = parse(found.file());
    String kind = found.kind();
    if (kind.isEmpty()) {
      kind = Json.word(field(json, "kind", found.file()), found.file() + ": kind");
    }
    return new GoldenCase(found.path(), found.file(), kind, json);
  }

  /**
   * The task, or an empty text where the case has none.
   *
   * @throws InputException if it is there and no text, or an empty one
   */
  String task() {
    return json.has("task") ? Json.word(json.path("task"), file + ": task") : "";
  }

  /**
   * A field that the case must have.
   *
   * @throws InputException if it has not, or has null
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

  /**
   * All tensors of a file beside the case.
   *
   * @throws InputException if it cannot be read or holds none
   */
  Map<String, Tensor> tensors(String name) {
    try (SafetensorsFile file = SafetensorsFile.open(sibling(name))) {
      Map<String, Tensor> tensors = file.tensors();
      if (tensors.isEmpty()) {
        throw new InputException(
            "%s: found no tensors, needed is at least one".formatted(sibling(name)));
      }
      return tensors;
    }
  }

  /**
   * One of a file's tensors.
   *
   * @throws InputException if it is not there
   */
  static Tensor tensor(Map<String, Tensor> tensors, String name) {
    Tensor found = tensors.get(name);
    if (found == null) {
      throw new InputException("tensors.safetensors: %s: is missing".formatted(name));
    }
    return found;
  }

  static JsonNode field(JsonNode parent, String name, Object origin) {
    JsonNode value = parent.path(name);
    if (value.isMissingNode() || value.isNull()) {
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

package org.dide.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.JsonRecord;
import org.dide.hub.HubFiles;
import org.dide.hub.ModelFolder;
import org.dide.hub.ModelKind;
import org.dide.image.DecodeOptions.Alpha;
import org.dide.image.DecodeOptions.Orientation;
import org.dide.image.PreprocessorSettings;
import org.dide.image.SizeRule;
import org.dide.tensor.TensorFile;
import org.dide.text.Vocabulary;

/**
 * A folder as the transformers library writes ViLT models: {@code config.json}, parameters in one
 * or several files, and where it comes with them {@code preprocessor_config.json}, {@code
 * vocab.txt} or {@code tokenizer.json}.
 */
public final class HuggingFaceFolder {
  static final String TOKENIZER = "tokenizer.json";
  static final String TOKENIZER_SETTINGS = "tokenizer_config.json";

  private static final long LARGEST_JSON = 4 << 20;
  private static final long LARGEST_TOKENIZER = 16 << 20;

  private HuggingFaceFolder() {}

  /** Whether a folder says that it holds a model of the transformers library. */
  public static boolean is(Path folder) {
    Path file = folder.resolve(ModelFolder.CONFIGURATION);
    return Files.isRegularFile(file)
        && JsonRecord.read(file, LARGEST_JSON).optional("model_type").isPresent();
  }

  /**
   * Reads a folder; tensors belong to the current scope.
   *
   * @throws InputException if a file is missing, or says what no model of ours can be
   */
  static ForeignModel read(Path folder) {
    HuggingFaceConfig config =
        HuggingFaceConfig.of(
            JsonRecord.read(folder.resolve(ModelFolder.CONFIGURATION), LARGEST_JSON));
    return new ForeignModel(
        folder.toString(),
        config.type().written(),
        ModelKind.FUSION,
        config.type().task(),
        config.architecture(),
        config.type().task().classes().isEmpty() ? config.labels().size() : 0,
        named(config.labels()),
        present(folder, ModelFolder.PREPROCESSING).map(HuggingFaceFolder::preprocessing),
        vocabulary(folder),
        tensors(folder),
        ForeignModel.Names.HUGGING_FACE);
  }

  /** The file with the parameters, or with their index. */
  static Path parameters(Path folder) {
    return HubFiles.PARAMETERS.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "%s: found none of %s, one of them is needed"
                        .formatted(folder, String.join(", ", HubFiles.PARAMETERS))));
  }

  private static Map<String, Tensor> tensors(Path folder) {
    try (TensorFile file = ParameterFiles.open(parameters(folder))) {
      return file.tensors();
    }
  }

  /** The library's own placeholders are no names. */
  private static List<String> named(List<String> labels) {
    boolean placeholders = true;
    for (int i = 0; i < labels.size(); i++) {
      placeholders &= labels.get(i).equals("LABEL_" + i);
    }
    return placeholders ? List.of() : labels;
  }

  private static Optional<Path> present(Path folder, String name) {
    return Optional.of(folder.resolve(name)).filter(Files::isRegularFile);
  }

  /** The library ignores how a camera was held; ours turns pictures upright unless told not to. */
  private static PreprocessorSettings preprocessing(Path file) {
    JsonRecord json = JsonRecord.read(file, LARGEST_JSON);
    requireTrue(json, "do_normalize");
    requireTrue(json, "do_rescale");
    int shorter = shorter(json);
    requireLonger(json, shorter);
    try {
      return new PreprocessorSettings(
          json.flag("do_resize", true),
          shorter,
          json.size("size_divisor"),
          floats(json, "image_mean"),
          floats(json, "image_std"),
          Orientation.APPLY,
          Alpha.WHITE);
    } catch (IllegalArgumentException problem) {
      throw new InputException("%s: %s".formatted(file, problem.getMessage()), problem);
    }
  }

  /** Older files have the number alone. */
  private static int shorter(JsonRecord json) {
    Optional<JsonNode> size = json.optional("size");
    return size.isPresent() && size.get().isObject()
        ? json.optionalRecord("size").orElseThrow().size("shortest_edge")
        : json.size("size");
  }

  private static void requireLonger(JsonRecord json, int shorter) {
    int longer = SizeRule.longer(shorter);
    Optional<JsonNode> said =
        json.optional("size").filter(JsonNode::isObject).map(size -> size.path("longest_edge"));
    if (said.isPresent() && said.get().isNumber() && said.get().asInt() != longer) {
      throw json.problem("size: longest_edge", said.get().toString(), "" + longer);
    }
  }

  private static void requireTrue(JsonRecord json, String field) {
    if (!json.flag(field, true)) {
      throw json.problem(field, "false", "true");
    }
  }

  private static List<Float> floats(JsonRecord json, String field) {
    List<Float> values = new ArrayList<>();
    for (JsonNode value :
        json.optional(field).orElseThrow(() -> json.problem(field, "nothing", "three numbers"))) {
      if (!value.isNumber()) {
        throw json.problem(field, value.toString(), "numbers");
      }
      values.add(value.floatValue());
    }
    return values;
  }

  private static Optional<Vocabulary> vocabulary(Path folder) {
    present(folder, TOKENIZER_SETTINGS)
        .map(file -> JsonRecord.read(file, LARGEST_JSON))
        .filter(json -> !json.flag("do_lower_case", true))
        .ifPresent(
            json -> {
              throw json.problem("do_lower_case", "false", "true");
            });
    return present(folder, ModelFolder.VOCABULARY)
        .map(Vocabulary::read)
        .or(() -> present(folder, TOKENIZER).map(HuggingFaceFolder::tokens));
  }

  private static Vocabulary tokens(Path file) {
    JsonRecord model =
        JsonRecord.read(file, LARGEST_TOKENIZER)
            .optionalRecord("model")
            .orElseThrow(() -> new InputException("%s: model: missing".formatted(file)));
    if (!model.text("type").equals("WordPiece")) {
      throw model.problem("type", model.text("type"), "WordPiece");
    }
    JsonRecord ids =
        model
            .optionalRecord("vocab")
            .orElseThrow(() -> model.problem("vocab", "nothing", "an object"));
    Map<Long, String> byId = new TreeMap<>();
    for (String token : ids.fields()) {
      long id = ids.integer(token);
      if (id < 0 || id >= ids.object().size() || byId.put(id, token) != null) {
        throw ids.problem(token, "" + id, "each of 0 to " + (ids.object().size() - 1) + " once");
      }
    }
    return Vocabulary.of(List.copyOf(byId.values()));
  }
}

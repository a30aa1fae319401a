package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.model.Architecture;

/**
 * The reference implementation's configuration, as far as it matters here.
 *
 * @param json its settings by name
 * @param origin names the file in errors
 */
record ReferenceConfig(JsonNode json, String origin) {
  private static final String POSITIONS = "transformer.pos_embed";

  /** A whole number. */
  int integer(String name) {
    JsonNode value = GoldenCase.field(json, name, origin);
    if (!value.isIntegralNumber()) {
      throw new InputException(
          "%s: config: %s: found %s, a whole number is needed".formatted(origin, name, value));
    }
    return value.asInt();
  }

  /** Any number. */
  double number(String name) {
    JsonNode value = GoldenCase.field(json, name, origin);
    if (!value.isNumber()) {
      throw new InputException(
          "%s: config: %s: found %s, a number is needed".formatted(origin, name, value));
    }
    return value.asDouble();
  }

  /** A text. */
  String text(String name) {
    return Json.text(GoldenCase.field(json, name, origin), origin + ": config: " + name);
  }

  /** Whether something is switched on. */
  boolean flag(String name) {
    JsonNode value = GoldenCase.field(json, name, origin);
    if (!value.isBoolean()) {
      throw new InputException(
          "%s: config: %s: found %s, true or false is needed".formatted(origin, name, value));
    }
    return value.asBoolean();
  }

  /** The sizes of the model that is trained. */
  Architecture architecture(int modalities) {
    return architecture("hidden_size", modalities, integer("image_size"));
  }

  /** The sizes of its teacher. */
  Architecture teacher(int modalities) {
    return architecture("teacher_hidden_size", modalities, integer("image_size"));
  }

  /** The sizes of the model that is trained; how many positions there are, its weights say. */
  Architecture architecture(int modalities, Map<String, Tensor> weights) {
    return architecture("hidden_size", modalities, imageSize(weights));
  }

  /** The sizes of its teacher; how many positions there are, its weights say. */
  Architecture teacher(int modalities, Map<String, Tensor> weights) {
    return architecture("teacher_hidden_size", modalities, imageSize(weights));
  }

  private Architecture architecture(String width, int modalities, int imageSize) {
    int limit = integer("max_image_len");
    return new Architecture(
        integer(width),
        integer("num_heads"),
        integer("num_layers"),
        integer("mlp_ratio"),
        integer("patch_size"),
        imageSize,
        integer("max_text_len"),
        integer("vocab_size"),
        modalities,
        number("drop_rate"),
        Math.max(limit, 0));
  }

  /** The reference takes it from the name of its ViT, which the configuration's may contradict. */
  private int imageSize(Map<String, Tensor> weights) {
    return weights.entrySet().stream()
        .filter(weight -> weight.getKey().endsWith(POSITIONS))
        .map(weight -> Architecture.gridSize(weight.getValue().size(1)))
        .flatMapToInt(OptionalInt::stream)
        .map(grid -> grid * integer("patch_size"))
        .findFirst()
        .orElseThrow(() -> new InputException("%s: no %s".formatted(origin, POSITIONS)));
  }
}

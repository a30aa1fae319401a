package org.dide.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.dide.InputException;
import org.dide.data.JsonRecord;
import org.dide.model.Architecture;

/**
 * What {@code config.json} of a ViLT model says in the transformers library, whose own defaults
 * (ViltConfig of version 4.57) stand for what is missing. Keys that do not change what the model
 * computes are not read.
 *
 * @param type the model's class
 * @param architecture its sizes
 * @param labels by class, as far as there are any
 */
record HuggingFaceConfig(HuggingFaceClass type, Architecture architecture, List<String> labels) {
  private static final String MODEL_TYPE = "vilt";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final int CHANNELS = 3;
  private static final int SEGMENTS = 2;

  // Between ours (1e-6 in blocks, 1e-12 in texts) and what the library writes lies no difference
  // that a trained model would show; a larger one would be another model.
  private static final double LARGEST_EPSILON = 1e-6;

  HuggingFaceConfig {
    labels = List.copyOf(labels);
  }

  /**
   * Reads a configuration.
   *
   * @throws InputException if it is of another model, or of a ViLT that computes otherwise than
   *     ours
   */
  static HuggingFaceConfig of(JsonRecord json) {
    requireText(json, "model_type", MODEL_TYPE);
    HuggingFaceClass type = HuggingFaceClass.of(json);
    if (json.optional("hidden_act").isPresent()) {
      requireText(json, "hidden_act", "gelu");
    }
    requireNumber(json, "num_channels", CHANNELS, CHANNELS);
    requireNumber(json, "type_vocab_size", SEGMENTS, SEGMENTS);
    if (!json.flag("qkv_bias", true)) {
      throw json.problem("qkv_bias", "false", "true");
    }
    if (json.optional("layer_norm_eps").isPresent()
        && json.number("layer_norm_eps") > LARGEST_EPSILON) {
      throw json.problem(
          "layer_norm_eps", "" + json.number("layer_norm_eps"), "at most " + LARGEST_EPSILON);
    }
    if (type == HuggingFaceClass.IMAGES_AND_TEXT) {
      requireNumber(json, "num_images", -1, type.task().pictures());
    }
    return new HuggingFaceConfig(type, architecture(json), labels(json));
  }

  private static Architecture architecture(JsonRecord json) {
    int width = size(json, "hidden_size", 768);
    int hidden = size(json, "intermediate_size", 3072);
    if (width == 0 || hidden % width != 0) {
      throw json.problem("intermediate_size", "" + hidden, "a multiple of hidden_size, " + width);
    }
    try {
      return new Architecture(
          width,
          size(json, "num_attention_heads", 12),
          size(json, "num_hidden_layers", 12),
          hidden / width,
          size(json, "patch_size", 32),
          size(json, "image_size", 384),
          size(json, "max_position_embeddings", 40),
          size(json, "vocab_size", 30522),
          size(json, "modality_type_vocab_size", 2),
          json.optional("hidden_dropout_prob").isPresent() ? json.number("hidden_dropout_prob") : 0,
          Math.max(0, whole(json, "max_image_length", -1)));
    } catch (InputException problem) {
      throw new InputException("%s: %s".formatted(json.place(), problem.getMessage()), problem);
    }
  }

  /** By class; they must be numbered from 0 without a gap. */
  private static List<String> labels(JsonRecord json) {
    Map<Long, String> numbered = new TreeMap<>();
    json.optionalRecord("id2label").ifPresent(labels -> collect(labels, numbered));
    List<String> labels = new ArrayList<>();
    numbered.forEach(
        (id, label) -> {
          if (id != labels.size()) {
            throw json.problem("id2label", "no label " + labels.size(), "0, 1, 2, …");
          }
          labels.add(label);
        });
    return labels;
  }

  private static void collect(JsonRecord labels, Map<Long, String> numbered) {
    for (String id : labels.fields()) {
      if (!NUMBER.matcher(id).matches()) {
        throw labels.problem(id, "it as a key", "whole numbers");
      }
      numbered.put(Long.parseLong(id), labels.text(id));
    }
  }

  private static int size(JsonRecord json, String field, int missing) {
    int size = whole(json, field, missing);
    if (size < 1) {
      throw json.problem(field, "" + size, "at least 1");
    }
    return size;
  }

  private static int whole(JsonRecord json, String field, int missing) {
    return json.optional(field).isPresent() ? json.size(field) : missing;
  }

  private static void requireText(JsonRecord json, String field, String allowed) {
    if (!json.text(field).equals(allowed)) {
      throw json.problem(field, json.text(field), allowed);
    }
  }

  private static void requireNumber(JsonRecord json, String field, int missing, int allowed) {
    int found = whole(json, field, missing);
    if (found != allowed) {
      throw json.problem(field, "" + found, "" + allowed);
    }
  }
}

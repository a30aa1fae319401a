package org.dide.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.AtomicFolder;
import org.dide.InputException;
import org.dide.hub.JsonText;
import org.dide.hub.ModelFolder;
import org.dide.hub.ModelKind;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.image.SizeRule;
import org.dide.model.Architecture;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;

/**
 * Writes a model as a folder of the transformers library.
 *
 * <p>A fusion encoder opens there as the ViLT class that does its task, with equal outputs. There
 * is no class for a dual encoder; its folder has the parameters of both towers by the library's
 * names, and its model card a few lines of Python that put them together from the library's parts.
 */
public final class HuggingFaceExport {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int BICUBIC = 3;

  // Of the library's one number for all norms; ours are 1e-12 for texts and 1e-6 in blocks. What
  // enters a block is far larger than either, a word's embedding need not be.
  private static final double EPSILON = 1e-12;

  private HuggingFaceExport() {}

  /**
   * Writes the folder, replacing what is there; see {@link AtomicFolder}.
   *
   * @throws InputException if it cannot be written, or the library has no place for such a model
   */
  public static void write(TrainedModel trained, Path folder) {
    requireAllPatches(trained.model().architecture());
    requirePapersJoin(folder, trained.model().architecture());
    AtomicFolder.write(
        folder,
        aside -> {
          writeText(aside, ModelFolder.CONFIGURATION, indented(configuration(trained)));
          writeText(
              aside, ModelFolder.PREPROCESSING, indented(preprocessing(trained.preprocessing())));
          writeText(
              aside,
              HuggingFaceFolder.TOKENIZER_SETTINGS,
              indented(tokenizer(trained.model().architecture())));
          trained.vocabulary().write(aside.resolve(ModelFolder.VOCABULARY));
          writeText(aside, ModelFolder.CARD, HuggingFaceCard.of(trained));
          writeText(aside, ModelFolder.PROVENANCE, JsonText.indented(trained.provenance()));
          try (Scope scope = Scope.open()) {
            SafetensorsWriter.write(
                aside.resolve(ModelFolder.PARAMETERS), tensors(trained), Map.of("format", "pt"));
          }
        });
  }

  private static Map<String, Tensor> tensors(TrainedModel trained) {
    Map<String, Tensor> ours = trained.model().parameters().tensors();
    return ModelKind.of(trained.model()) == ModelKind.DUAL
        ? HuggingFaceNames.studentToTheirs(ours)
        : HuggingFaceNames.toTheirs(
            ours, HuggingFaceClass.of(trained.task().name()), trained.task().head());
  }

  /** The library would keep a random subset of patches, not ours. */
  private static void requireAllPatches(Architecture sizes) {
    if (sizes.maxPatches() > 0) {
      throw new InputException(
          "maxPatches: found %d, allowed is 0 (all) for the transformers library, which would choose others"
              .formatted(sizes.maxPatches()));
    }
  }

  /** The card's few lines of Python would answer by the MLP join beside it, not say so. */
  private static void requirePapersJoin(Path folder, Architecture sizes) {
    if (sizes.join().isPresent()) {
      throw new InputException(
          "%s: found a model with an attentive join, allowed is the paper's MLP join"
              .formatted(folder));
    }
  }

  private static ObjectNode configuration(TrainedModel trained) {
    Architecture sizes = trained.model().architecture();
    ObjectNode json = JSON.createObjectNode();
    json.put("model_type", "vilt");
    if (ModelKind.of(trained.model()) == ModelKind.FUSION) {
      json.putArray("architectures").add(HuggingFaceClass.of(trained.task().name()).written());
    }
    json.put("hidden_size", sizes.width());
    json.put("num_attention_heads", sizes.heads());
    json.put("num_hidden_layers", sizes.depth());
    json.put("intermediate_size", sizes.mlpRatio() * sizes.width());
    json.put("patch_size", sizes.patchSize());
    json.put("image_size", sizes.imageSize());
    json.put("num_channels", 3);
    json.put("max_position_embeddings", sizes.maxTextLength());
    json.put("vocab_size", sizes.vocabularySize());
    json.put("type_vocab_size", 2);
    json.put("modality_type_vocab_size", sizes.modalities());
    json.put(
        "num_images", trained.task().head().pictures() > 1 ? trained.task().head().pictures() : -1);
    json.put("max_image_length", -1);
    json.put("hidden_act", "gelu");
    json.put("hidden_dropout_prob", sizes.dropout());
    json.put("attention_probs_dropout_prob", 0.0);
    json.put("layer_norm_eps", EPSILON);
    json.put("qkv_bias", true);
    json.put("tie_word_embeddings", false);
    labels(json, trained.task().answers());
    return json;
  }

  private static void labels(ObjectNode json, List<String> answers) {
    ObjectNode byId = json.putObject("id2label");
    ObjectNode byLabel = json.putObject("label2id");
    for (int id = 0; id < answers.size(); id++) {
      byId.put(Integer.toString(id), answers.get(id));
      byLabel.put(answers.get(id), id);
    }
  }

  private static ObjectNode preprocessing(PreprocessorSettings settings) {
    ObjectNode json = JSON.createObjectNode();
    json.put("image_processor_type", "ViltImageProcessor");
    json.put("processor_class", "ViltProcessor");
    json.put("do_resize", settings.resize());
    ObjectNode size = json.putObject("size");
    size.put("shortest_edge", settings.shorter());
    size.put("longest_edge", SizeRule.longer(settings.shorter()));
    json.put("size_divisor", settings.sizeMultiple());
    json.put("resample", BICUBIC);
    json.put("do_rescale", true);
    json.put("rescale_factor", 1 / 255.0);
    json.put("do_normalize", true);
    add(json.putArray("image_mean"), settings.mean());
    add(json.putArray("image_std"), settings.std());
    json.put("do_pad", true);
    return json;
  }

  private static void add(ArrayNode list, List<Float> values) {
    values.forEach(list::add);
  }

  private static ObjectNode tokenizer(Architecture sizes) {
    ObjectNode json = JSON.createObjectNode();
    json.put("tokenizer_class", "BertTokenizer");
    json.put("processor_class", "ViltProcessor");
    json.put("do_lower_case", true);
    json.put("model_max_length", sizes.maxTextLength());
    return json;
  }

  private static String indented(ObjectNode json) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible); // made above, of plain values
    }
  }

  private static void writeText(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text, UTF_8);
  }
}

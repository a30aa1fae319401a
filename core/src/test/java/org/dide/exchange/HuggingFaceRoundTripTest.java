package org.dide.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.AnswerVocabulary;
import org.dide.data.TaskName;
import org.dide.hub.Checksums;
import org.dide.hub.TensorInventory;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.image.PixelBatch;
import org.dide.model.FusionModel;
import org.dide.model.Inputs;
import org.dide.model.MatchingHead;
import org.dide.model.Mode;
import org.dide.model.Model;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.SafetensorsFile;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.TensorFile;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HuggingFaceRoundTripTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NO_MATCHING = List.of("itm_score.*");

  @TempDir Path folder;

  /** What the library has no place for comes back as its own class does, and is told. */
  @ParameterizedTest
  @EnumSource(TaskName.class)
  void aTeacherComesBackAsItWas(TaskName task) {
    try (TrainedModel teacher = teacher(task)) {
      HuggingFaceExport.write(teacher, folder);
      ModelImport.Imported imported =
          ModelImport.read(folder, asked(task).withAllowedMissing(NO_MATCHING), Device.CPU);
      try (TrainedModel back = imported.trained()) {
        assertThat(back.task().name()).isEqualTo(task);
        assertThat(back.task().answers()).isEqualTo(teacher.task().answers());
        assertThat(back.vocabulary().tokens()).isEqualTo(teacher.vocabulary().tokens());
        assertThat(back.model().architecture()).isEqualTo(teacher.model().architecture());
        assertThat(back.preprocessing().shorter()).isEqualTo(teacher.preprocessing().shorter());
        Map<String, float[]> found = values(back.model());
        Map<String, float[]> expected = values(teacher.model());
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
            (name, wanted) -> {
              if (!name.startsWith("itm_score")) {
                assertThat(found.getOrDefault(name, new float[0])).as(name).isEqualTo(wanted);
              }
            });
      }
    }
  }

  @Test
  void aScoreOfMatchingIsTheSameLogOdds() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        TrainedModel teacher = teacher(TaskName.RETRIEVAL)) {
      HuggingFaceExport.write(teacher, folder);
      try (Model back = ModelImport.readModel(folder, ImportSettings.none(), Device.CPU).model()) {
        Tensor pooled = Tensors.of(new float[] {0.5f, -1, 2, 0.25f}, 4).repeat(2, 8); // (2, 32)
        Tensor logits = matching(teacher.model()).logits(pooled);
        Tensor odds = logits.select(1, 1).sub(logits.select(1, 0));
        Tensor found = matching(back).logits(pooled);
        assertThat(Tensors.floats(found.select(1, 0))).containsOnly(0);
        assertThat(found.select(1, 1).allclose(odds)).isTrue();
      }
    }
  }

  @Test
  void parametersMayLieInSeveralFiles() throws IOException {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      split(folder);
      try (Model back = ModelImport.readModel(folder, ImportSettings.none(), Device.CPU).model()) {
        assertThat(values(back)).containsOnlyKeys(values(teacher.model()).keySet());
      }
      Files.copy(folder.resolve("b.safetensors"), folder.resolve("c.safetensors"));
      rewrite("model.safetensors.index.json", json -> map(json).put("pooled", "c.safetensors"));
      assertThatThrownBy(this::read)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("c.safetensors: lacks the tensors [pooled]");
    }
  }

  @Test
  void theChecksumOfSeveralFilesCoversEach() throws IOException {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      split(folder);
      Path index = folder.resolve("model.safetensors.index.json");
      String before = checksum(index);
      String lines =
          Stream.of("model.safetensors.index.json", "a.safetensors", "b.safetensors")
              .map(name -> Checksums.of(folder.resolve(name)) + "  " + name + "\n")
              .collect(Collectors.joining());
      assertThat(before).isEqualTo(Checksums.of(lines.getBytes(UTF_8)));
      byte[] shard = Files.readAllBytes(folder.resolve("b.safetensors"));
      shard[shard.length - 1] ^= 1;
      Files.write(folder.resolve("b.safetensors"), shard);
      assertThat(checksum(index)).isNotEqualTo(before);
    }
  }

  private static String checksum(Path index) {
    try (TensorFile file = ParameterFiles.open(index)) {
      return TensorInventory.of(file).checksum();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "config.json; {\"model_type\": \"vilt\", \"model_type\": \"vilt\"}",
        "preprocessor_config.json; {\"size\": {\"a\": 1, \"a\": 2}}",
        "model.safetensors.index.json; {\"weight_map\": {\"a\": \"a.safetensors\", \"a\": \"b.safetensors\"}}"
      })
  void aKeyStandsOnce(String name, String json) throws IOException {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      split(folder);
      Files.writeString(folder.resolve(name), json);
      assertThatThrownBy(this::read)
          .isInstanceOf(InputException.class)
          .hasMessageContaining(name + ": line 1: not valid JSON (Duplicate");
    }
  }

  @Test
  void aConfigurationThatIsNoTextIsRefused() throws IOException {
    Files.write(
        folder.resolve("config.json"), new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    assertThatThrownBy(this::read)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json: not UTF-8 text");
  }

  @ParameterizedTest
  @CsvSource({"size_divisor,4294967328", "size,2147483712"})
  void aSizeThatIsNoneIsRefused(String field, long value) throws IOException {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      rewrite("preprocessor_config.json", json -> json.put(field, value));
      assertThatThrownBy(this::read)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("field \"" + field + "\": found " + value);
    }
  }

  @ParameterizedTest
  @CsvSource({"../b.safetensors", "/b.safetensors", "'a\\b.safetensors'", "''", ".hidden"})
  void anIndexNamesFilesBesideItOnly(String name) throws IOException {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      split(folder);
      rewrite("model.safetensors.index.json", json -> map(json).put("pooled", name));
      assertThatThrownBy(this::read)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("index.json: weight_map: field \"pooled\"")
          .hasMessageContaining("the name of a .safetensors file beside the index");
    }
  }

  @Test
  void whatIsMissingLeftOverAndMisshapenIsListedAtOnce() {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      change(
          tensors -> {
            tensors.remove("vilt.pooler.dense.bias");
            tensors.put("extra", Tensors.of(new float[] {1}, 1));
            tensors.put("vilt.layernorm.weight", Tensors.of(new float[] {1, 2}, 2));
          });
      assertThatThrownBy(this::read)
          .isInstanceOf(InputException.class)
          .hasMessageContaining(folder + ": 3 parameters do not fit")
          .hasMessageContaining("pooler.dense.bias: missing, allowed is [32]")
          .hasMessageContaining("transformer.norm.weight: found [2], allowed is [32]")
          .hasMessageContaining("extra: not a parameter of this model");
    }
  }

  @Test
  void whatMayBeMissingIsDrawnAndWhatIsNotWantedLeftOut() {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      change(
          tensors -> {
            tensors.keySet().removeIf(name -> name.startsWith("classifier."));
            tensors.put("extra.a", Tensors.of(new float[] {1}, 1));
          });
      ImportSettings settings =
          new ImportSettings(
              Optional.empty(),
              Optional.of(AnswerVocabulary.of(List.of("one", "two", "three", "4", "5", "6"))),
              Optional.empty(),
              OptionalInt.empty(),
              OptionalInt.empty(),
              ImportSettings.Part.MODEL,
              List.of("vqa_classifier.*"),
              List.of("extra.*"),
              7);
      ModelImport.Parts parts = ModelImport.readModel(folder, settings, Device.CPU);
      ModelImport.Parts again = ModelImport.readModel(folder, settings, Device.CPU);
      try (Model model = parts.model();
          Model same = again.model()) {
        assertThat(parts.leftOut()).containsExactly("extra.a");
        assertThat(parts.drawn()).hasSize(6).allMatch(name -> name.startsWith("vqa_classifier."));
        assertThat(values(same).get("vqa_classifier.3.weight"))
            .isEqualTo(values(model).get("vqa_classifier.3.weight"));
        assertThat(values(model).get("pooler.dense.bias"))
            .isEqualTo(values(teacher.model()).get("pooler.dense.bias"));
      }
    }
  }

  /** A table stretched once must be what the encoder stretches it to for a picture of that size. */
  @Test
  void positionsAreStretchedAsTheEncoderDoes() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      ImportSettings larger =
          new ImportSettings(
              Optional.empty(),
              Optional.of(AnswerVocabulary.of(teacher.task().answers())),
              Optional.empty(),
              OptionalInt.of(96),
              OptionalInt.empty(),
              ImportSettings.Part.MODEL,
              List.of(),
              List.of(),
              0);
      ModelImport.Imported imported = ModelImport.read(folder, larger, Device.CPU);
      try (TrainedModel back = imported.trained()) {
        assertThat(back.model().architecture().imageSize()).isEqualTo(96);
        assertThat(back.preprocessing().shorter()).isEqualTo(96);
        Inputs inputs = picture(96);
        assertThat(logits(back.model(), inputs).allclose(logits(teacher.model(), inputs))).isTrue();
      }
    }
  }

  @Test
  void aSecondPictureBeginsAsTheFirst() {
    try (TrainedModel teacher = teacher(TaskName.RETRIEVAL)) {
      HuggingFaceExport.write(teacher, folder);
      ImportSettings pairs =
          new ImportSettings(
              Optional.of(TaskName.REASONING),
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              OptionalInt.empty(),
              ImportSettings.Part.MODEL,
              List.of("nlvr2_classifier.*"),
              List.of("itm_score.*"),
              0);
      try (Model model = ModelImport.readModel(folder, pairs, Device.CPU).model()) {
        float[] rows = values(model).getOrDefault("token_type_embeddings.weight", new float[0]);
        float[] two =
            values(teacher.model()).getOrDefault("token_type_embeddings.weight", new float[0]);
        assertThat(rows).hasSize(3 * 32).startsWith(two);
        assertThat(Arrays.copyOfRange(rows, 64, 96)).isEqualTo(Arrays.copyOfRange(two, 32, 64));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "model_type; \"bert\"; field \"model_type\": found bert; allowed: vilt",
        "architectures; [\"Vilt\"]; field \"architectures\": found [Vilt]; allowed: one of ViltModel",
        "hidden_act; \"relu\"; field \"hidden_act\": found relu; allowed: gelu",
        "num_channels; 4; field \"num_channels\": found 4; allowed: 3",
        "layer_norm_eps; 0.001; field \"layer_norm_eps\": found 0.001; allowed: at most 1.0E-6",
        "qkv_bias; false; field \"qkv_bias\": found false; allowed: true",
        "hidden_size; 0; field \"hidden_size\": found 0; allowed: at least 1",
        "intermediate_size; 65; field \"intermediate_size\": found 65; allowed: a multiple",
        "num_attention_heads; 5; width: found 32, allowed is a multiple of heads",
        "vocab_size; 1e99; field \"vocab_size\"",
        "id2label; {\"0\": \"a\", \"2\": \"b\"}; field \"id2label\": found no label 1",
        "id2label; {\"x\": \"a\"}; found it as a key; allowed: whole numbers",
        "id2label; {\"0\": \"a\", \"1\": \"a\"}; at 1 is there twice"
      })
  void aConfigurationOfAnotherModelIsRefused(String field, String value, String message)
      throws IOException {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      rewrite("config.json", json -> json.set(field, tree(value)));
      assertThatThrownBy(this::read)
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(folder.toString())
          .hasMessageContaining(message);
    }
  }

  @Test
  void tokensMayComeFromTokenizerJson() throws IOException {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      Files.delete(folder.resolve("vocab.txt"));
      assertThatThrownBy(this::read).hasMessageContaining("comes without a vocabulary");
      ObjectNode tokenizer = JSON.createObjectNode();
      ObjectNode model = tokenizer.putObject("model");
      model.put("type", "WordPiece");
      ObjectNode ids = model.putObject("vocab");
      List<String> tokens = new ArrayList<>(teacher.vocabulary().tokens());
      for (int id = tokens.size() - 1; id >= 0; id--) {
        ids.put(tokens.get(id), id);
      }
      Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
      try (TrainedModel back = read()) {
        assertThat(back.vocabulary().tokens()).isEqualTo(tokens);
      }
      ids.put("[PAD]", 3);
      Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
      assertThatThrownBy(this::read).hasMessageContaining("each of 0 to 14 once");
    }
  }

  @Test
  void aCasedTokenizerIsRefused() throws IOException {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      rewrite("tokenizer_config.json", json -> json.put("do_lower_case", false));
      assertThatThrownBy(this::read)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("do_lower_case");
    }
  }

  @Test
  void parametersThatAreNoNumbersAreRefused() {
    try (TrainedModel teacher = teacher(TaskName.VQA)) {
      HuggingFaceExport.write(teacher, folder);
      change(
          tensors -> {
            float[] values = new float[32];
            values[3] = Float.NaN;
            tensors.put("vilt.pooler.dense.bias", Tensors.of(values, 32));
          });
      assertThatThrownBy(this::read)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("tensor pooler.dense.bias: holds values that are infinite");
    }
  }

  private TrainedModel read() {
    return ModelImport.read(folder, ImportSettings.none(), Device.CPU).trained();
  }

  private static ImportSettings asked(TaskName task) {
    return new ImportSettings(
        Optional.of(task),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        ImportSettings.Part.MODEL,
        List.of(),
        List.of(),
        0);
  }

  private static TrainedModel teacher(TaskName task) {
    return TinyModels.fusion(task, 5);
  }

  /** A text and a square picture of noise. */
  private static Inputs picture(int side) {
    float[] pixels = new float[3 * side * side];
    Draws draws = Draws.of(1, "pixels");
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) draws.nextGaussian();
    }
    return new Inputs(
        new TokenBatch(Tensors.of(new long[] {2, 4, 5, 3}, 1, 4), new int[] {4}),
        List.of(
            new PixelBatch(
                Tensors.of(pixels, 1, 3, side, side), new int[] {side}, new int[] {side})));
  }

  private static MatchingHead matching(Model model) {
    return ((FusionModel) model).matching().orElseThrow();
  }

  private static Tensor logits(Model model, Inputs inputs) {
    return model.observe(inputs, model.plans(inputs), Mode.EVALUATION).logits();
  }

  private static Map<String, float[]> values(Model model) {
    Map<String, float[]> values = new TreeMap<>();
    model
        .parameters()
        .tensors()
        .forEach((name, tensor) -> values.put(name, Tensors.floats(tensor)));
    return values;
  }

  private static ObjectNode map(ObjectNode json) {
    return (ObjectNode) json.path("weight_map");
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void rewrite(String name, Consumer<ObjectNode> change) throws IOException {
    Path file = folder.resolve(name);
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(json);
    JSON.writeValue(file.toFile(), json);
  }

  private void change(Consumer<Map<String, Tensor>> change) {
    Path file = folder.resolve("model.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors;
      try (SafetensorsFile opened = SafetensorsFile.open(file)) {
        tensors = opened.tensors();
      }
      change.accept(tensors);
      SafetensorsWriter.write(file, tensors, Map.of());
    }
  }

  /** In two files, by turns. */
  private static void split(Path folder) throws IOException {
    Path whole = folder.resolve("model.safetensors");
    ObjectNode index = JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> one = new TreeMap<>();
      Map<String, Tensor> other = new TreeMap<>();
      try (SafetensorsFile opened = SafetensorsFile.open(whole)) {
        opened
            .tensors()
            .forEach(
                (name, tensor) -> {
                  boolean first = map.size() % 2 == 0;
                  (first ? one : other).put(name, tensor);
                  map.put(name, first ? "a.safetensors" : "b.safetensors");
                });
      }
      SafetensorsWriter.write(folder.resolve("a.safetensors"), one, Map.of());
      SafetensorsWriter.write(folder.resolve("b.safetensors"), other, Map.of());
    }
    Files.delete(whole);
    JSON.writeValue(folder.resolve("model.safetensors.index.json").toFile(), index);
  }
}

package org.dide.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.JsonRecord;
import org.dide.exchange.HuggingFaceExport;
import org.dide.exchange.ImportSettings;
import org.dide.exchange.ModelImport;
import org.dide.exchange.ParameterFiles;
import org.dide.hub.ModelFolder;
import org.dide.hub.Provenance;
import org.dide.hub.ShardIndex;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.FusionModel;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.Vocabulary;

/** The JSON files that come with a model, to be fuzzed: each lies among sound ones. */
public final class ModelFuzz {
  /** What one of these files may cost besides twice its size; see {@link JsonRecord#read}. */
  static final long FREE = JsonRecord.FREE * ShardIndex.LARGEST;

  private static final String INDEX = ModelFolder.PARAMETERS + ShardIndex.SUFFIX;
  private static final int SIDE = 32;

  private static final List<byte[]> WORDS =
      TensorFuzz.words(
          "{ } [ ] \" : , - 0 1 -1 2147483648 9223372036854775807 9223372036854775808 1e9 1e999",
          "0.5 1e-999 NaN Infinity null true false \"\" [] {} [[[[[[[[ {\"a\": ,0 ,1 \u00ff \u00c3\u00bc",
          "\\u0000 \\ud800 ../ /etc/ .. \\\\ .safetensors .bin \"a\":\"../a.safetensors\",",
          "\"a\":\"/a.safetensors\", \"version\":2, \"width\":65536, \"depth\":1000, \"heads\":0,",
          "\"vocabularySize\":2147483647, \"maxTextLength\":2147483647, \"imageSize\":1073741824,",
          "\"hidden_size\":65536, \"num_hidden_layers\":1000, \"image_size\":1073741824,",
          "\"vocab_size\":2147483647, \"max_position_embeddings\":2147483647, \"id2label\":{},",
          "\"shorter\":2147483647, \"size_divisor\":4294967328, \"shortest_edge\":4294967312,",
          "\"architectures\":[\"ViltModel\"], \"architectures\":[\"ViltForMaskedLM\"], dual vqa");

  private ModelFuzz() {}

  /**
   * A model folder's and a transformers folder's configuration and preprocessing, and the index of
   * parameters in several files.
   *
   * @param folder where each gets a folder of its own
   */
  public static List<FuzzFormat> formats(Path folder) throws IOException {
    List<FuzzFormat> formats = new ArrayList<>();
    try (TrainedModel model = model()) {
      for (String name : List.of(ModelFolder.CONFIGURATION, ModelFolder.PREPROCESSING)) {
        Path ours = folder.resolve("dide-" + name);
        ModelFolder.save(ours, model);
        formats.add(format(ours, name, file -> opened(ModelFolder.load(ours, Device.CPU))));
        Path theirs = folder.resolve("transformers-" + name);
        HuggingFaceExport.write(model, theirs);
        formats.add(
            format(
                theirs,
                name,
                file ->
                    opened(ModelImport.read(theirs, ImportSettings.none(), Device.CPU).trained())));
      }
    }
    Path sharded = sharded(folder.resolve("sharded"));
    formats.add(format(sharded, INDEX, file -> TensorFuzz.open(ParameterFiles.open(file))));
    return formats;
  }

  private static FuzzFormat format(Path folder, String name, FuzzFormat.Opener opener)
      throws IOException {
    Path place = folder.getFileName().resolve(name);
    return new FuzzFormat(
        place.toString(),
        place,
        FREE,
        List.of(Files.readAllBytes(folder.resolve(name))),
        WORDS,
        TensorFuzz::jsonMarks,
        UnaryOperator.identity(),
        opener);
  }

  /** All of a model's memory stems from its sound parameters, none from the changed file. */
  private static FuzzFormat.Opened opened(TrainedModel model) {
    return new FuzzFormat.Opened() {
      @Override
      public long readAll() {
        return 0;
      }

      @Override
      public void close() {
        model.close();
      }
    };
  }

  private static TrainedModel model() {
    List<String> tokens = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "what", "?");
    Task task = new VisualQuestionAnswering(List.of("no", "yes", "red"));
    Architecture sizes =
        new Architecture(SIDE, 2, 1, 2, SIDE / 2, SIDE, 6, tokens.size(), 2, 0.1, 0);
    return new TrainedModel(
        FusionModel.initialised(sizes, task.head(), 0, Device.CPU),
        task,
        Vocabulary.of(tokens),
        PreprocessorSettings.ofShorter(SIDE),
        Provenance.now(List.of(), "", 0, ""));
  }

  private static Path sharded(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> first = new LinkedHashMap<>();
      first.put("weight", Tensors.of(new float[] {1, 2, 3, 4}, 2, 2));
      first.put("bias", Tensors.of(new float[] {5, 6}, 2));
      SafetensorsWriter.write(folder.resolve("a.safetensors"), first, Map.of());
      SafetensorsWriter.write(
          folder.resolve("b.safetensors"), Map.of("ids", Tensors.of(new long[] {7})), Map.of());
    }
    Files.writeString(
        folder.resolve(INDEX),
        """
        {"metadata": {"total_size": 32},
         "weight_map": {
          "weight": "a.safetensors",
          "bias": "a.safetensors",
          "ids": "b.safetensors"
         }}
        """,
        UTF_8);
    return folder;
  }
}

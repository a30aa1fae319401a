package org.dide.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Example;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.ScenesSettings;
import org.dide.hub.ModelFolder;
import org.dide.hub.Provenance;
import org.dide.hub.TrainedModel;
import org.dide.image.PixelBatch;
import org.dide.image.Pixels;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.Initialisation;
import org.dide.onnx.OnnxExport;
import org.dide.random.Draws;
import org.dide.task.Collator;
import org.dide.task.ExamplePreparer;
import org.dide.task.Prepared;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.dide.text.Vocabulary;

/**
 * Writes a model's graphs into {@code OUT/graphs}, and into {@code OUT/reference.safetensors} what
 * the engine makes of some examples: {@code pixel_values}, {@code pixel_mask}, {@code input_ids},
 * {@code attention_mask}, {@code picture}, {@code text}, {@code logits} and, where they are known,
 * {@code targets}. {@code bench/onnx/equal.py} runs the graphs over the same.
 *
 * <p>{@code OnnxReference OUT MODEL COUNT} takes a student of scenes and COUNT questions of their
 * test part; {@code OnnxReference OUT} takes a ViT-B/32 of drawn weights and noise of several
 * sizes.
 */
public final class OnnxReference {
  static final String PRESET = "vilt-b32";

  private static final int ANSWERS = 3129;

  private OnnxReference() {}

  /** The arguments are told above. */
  public static void main(String[] arguments) {
    Path out = Path.of(arguments[0]);
    if (arguments.length == 1) {
      write(drawn(), out, noise());
    } else {
      TrainedModel student = ModelFolder.load(Path.of(arguments[1]), Device.CPU);
      write(student, out, questions(student, Integer.parseInt(arguments[2])));
    }
  }

  /**
   * What both sides look at.
   *
   * @param pictures one for each text
   * @param known where texts and pictures come from, if they have known answers
   */
  private record Examples(List<int[]> texts, List<Pixels> pictures, List<Example> known) {}

  private static void write(TrainedModel trained, Path out, Examples examples) {
    OnnxExport.write(trained, out.resolve("graphs"));
    DualEncoder model = (DualEncoder) trained.model();
    Map<String, Tensor> reference = new LinkedHashMap<>();
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Collator collator = new Collator(trained.task(), 0, Device.CPU);
      TokenBatch texts = collator.texts(examples.texts());
      PixelBatch pictures = collator.pictures(examples.pictures());
      reference.put("pixel_values", pictures.pixels());
      reference.put("pixel_mask", pixelMask(pictures));
      reference.put("input_ids", texts.ids());
      reference.put("attention_mask", attentionMask(texts));
      Tensor text = model.encodeTexts(texts);
      Tensor picture = model.encodePictures(pictures, 0);
      reference.put("text", text);
      reference.put("picture", picture);
      reference.put(
          "logits", model.answer(model.texts(texts), List.of(model.pictures(pictures, 0))));
      if (!examples.known().isEmpty()) {
        reference.put("targets", trained.task().targets(examples.known()));
      }
      SafetensorsWriter.write(out.resolve("reference.safetensors"), reference, Map.of());
    }
  }

  private static Tensor pixelMask(PixelBatch pictures) {
    int high = (int) pictures.pixels().size(2);
    int wide = (int) pictures.pixels().size(3);
    long[] mask = new long[pictures.size() * high * wide];
    for (int i = 0; i < pictures.size(); i++) {
      for (int row = 0; row < pictures.heights()[i]; row++) {
        int start = (i * high + row) * wide;
        Arrays.fill(mask, start, start + pictures.widths()[i], 1);
      }
    }
    return Tensors.of(mask, pictures.size(), high, wide);
  }

  private static Tensor attentionMask(TokenBatch texts) {
    int length = texts.length();
    long[] mask = new long[texts.lengths().length * length];
    for (int i = 0; i < texts.lengths().length; i++) {
      Arrays.fill(mask, i * length, i * length + texts.lengths()[i], 1);
    }
    return Tensors.of(mask, texts.lengths().length, length);
  }

  private static Examples questions(TrainedModel student, int count) {
    ScenesDataset data = ScenesDataset.test(ScenesSettings.DEFAULT);
    ExamplePreparer preparer =
        ExamplePreparer.unchanged(
            student.vocabulary(), student.preprocessing(), student.model().architecture());
    List<Prepared> prepared =
        IntStream.range(0, count).mapToObj(i -> preparer.prepare(data, 0, i)).toList();
    return new Examples(
        prepared.stream().map(Prepared::tokens).toList(),
        prepared.stream().map(each -> each.pictures().get(0)).toList(),
        prepared.stream().map(Prepared::example).toList());
  }

  private static Examples noise() {
    return new Examples(
        IntStream.of(4, 10, 16, 40).mapToObj(length -> text(length)).toList(),
        List.of(pixels(0, 384, 384), pixels(1, 384, 608), pixels(2, 256, 160), pixels(3, 608, 384)),
        List.of());
  }

  private static int[] text(int length) {
    Draws draws = Draws.of(length, "text");
    return IntStream.range(0, length).map(i -> 1 + draws.nextInt(1000)).toArray();
  }

  private static Pixels pixels(long seed, int high, int wide) {
    Draws draws = Draws.of(seed, "pixels");
    float[] values = new float[3 * high * wide];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * draws.nextDouble() - 1);
    }
    return new Pixels(high, wide, values);
  }

  /** ViT-B/32 with weights as wide as a trained model's, the same each time. */
  static TrainedModel drawn() {
    Architecture sizes = Architecture.preset(PRESET);
    Task task =
        new VisualQuestionAnswering(
            IntStream.range(0, ANSWERS).mapToObj(Integer::toString).toList());
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
    IntStream.range(tokens.size(), sizes.vocabularySize()).forEach(i -> tokens.add("word" + i));
    return new TrainedModel(
        DualEncoder.initialised(sizes, task.head(), 0, Initialisation.FAN_IN, Device.CPU),
        task,
        Vocabulary.of(tokens),
        PreprocessorSettings.defaults(),
        Provenance.now(List.of(), "", 0, ""));
  }
}

package org.dide.hub;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Picture;
import org.dide.data.TaskName;
import org.dide.image.DecodeOptions.Alpha;
import org.dide.image.DecodeOptions.Orientation;
import org.dide.image.PreprocessorSettings;
import org.dide.image.RgbImage;
import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Model;
import org.dide.random.Draws;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.Vocabulary;

/** Small models whose every parameter differs from what a fresh model has. */
public final class TinyModels {
  /** Two blocks, 32 wide. */
  public static final Architecture ARCHITECTURE =
      new Architecture(32, 4, 2, 2, 16, 64, 12, 15, 2, 0.1, 0);

  static final Vocabulary VOCABULARY =
      Vocabulary.of(
          List.of(
              "[PAD]", "[UNK]", "[CLS]", "[SEP]", "what", "is", "the", "colour", "shape", "of",
              "red", "##s", "?", "big", "[MASK]"));

  static final Task TASK =
      new VisualQuestionAnswering(List.of("no", "yes", "red", "blue", "a | b", "circle"));

  private TinyModels() {}

  /** A dual encoder. */
  public static TrainedModel dual(long seed) {
    return dual(ARCHITECTURE, seed);
  }

  /** A dual encoder of another size, with at least the 15 words of the vocabulary. */
  public static TrainedModel dual(Architecture architecture, long seed) {
    return trained(
        DualEncoder.initialised(architecture, TASK.head(), seed, Device.CPU), TASK, seed);
  }

  /** A dual encoder and a fusion model of statements about two pictures. */
  public static List<TrainedModel> ofPairs(long seed) {
    return of(TaskName.REASONING, seed);
  }

  /** A dual encoder of statements about two pictures. */
  public static TrainedModel dualOfPairs(long seed) {
    return dual(TaskName.REASONING, seed);
  }

  /** A dual encoder and a fusion model of a task. */
  public static List<TrainedModel> of(TaskName name, long seed) {
    return List.of(dual(name, seed), fusion(name, seed));
  }

  /** A dual encoder of a task. */
  public static TrainedModel dual(TaskName name, long seed) {
    return dual(name, Optional.empty(), seed);
  }

  /** A dual encoder of a task with such a join. */
  public static TrainedModel dual(TaskName name, Optional<AttentiveSizes> join, long seed) {
    Task task = task(name);
    Architecture sizes = ARCHITECTURE.withModalities(1 + name.pictures()).withJoin(join);
    return trained(DualEncoder.initialised(sizes, task.head(), seed, Device.CPU), task, seed);
  }

  /** A fusion model of a task. */
  public static TrainedModel fusion(TaskName name, long seed) {
    Task task = task(name);
    Architecture sizes = ARCHITECTURE.withModalities(1 + name.pictures());
    return trained(FusionModel.initialised(sizes, task.head(), seed, Device.CPU), task, seed);
  }

  private static Task task(TaskName name) {
    return Task.named(name, name.classes().isEmpty() ? TASK.answers() : name.classes());
  }

  /** A fusion model. */
  public static TrainedModel fusion(long seed) {
    return fusion(ARCHITECTURE, seed);
  }

  /** A fusion model of another size, with at least the 15 words of the vocabulary. */
  public static TrainedModel fusion(Architecture architecture, long seed) {
    return trained(
        FusionModel.initialised(architecture, TASK.head(), seed, Device.CPU), TASK, seed);
  }

  static TrainedModel trained(Model model, Task task, long seed) {
    perturb(model, seed);
    Provenance provenance =
        Provenance.now(
            List.of(new Provenance.DataUsed("drawn | by hand", "train", "00ff", 12)),
            "name: tiny\nseed: 3\n",
            seed,
            "");
    return new TrainedModel(model, task, VOCABULARY, PREPROCESSING, provenance);
  }

  static final PreprocessorSettings PREPROCESSING =
      new PreprocessorSettings(
          true,
          64,
          16,
          List.of(0.5f, 0.4f, 0.3f),
          List.of(0.5f, 0.6f, 0.7f),
          Orientation.APPLY,
          Alpha.WHITE);

  static void perturb(Model model, long seed) {
    model
        .parameters()
        .tensors()
        .forEach(
            (name, tensor) -> {
              try (Scope scope = Scope.open()) {
                Draws draws = Draws.of(seed, "perturb " + name);
                float[] values = Tensors.floats(tensor);
                for (int i = 0; i < values.length; i++) {
                  values[i] += (float) (0.1 * draws.nextGaussian());
                }
                Tensor moved = Tensors.of(values, Tensors.shape(tensor));
                model.parameters().assign(name, moved);
              }
            });
  }

  /** A picture of noise, its size drawn too. */
  public static RgbImage picture(long seed) {
    Draws draws = Draws.of(seed, "picture");
    int width = 20 + draws.nextInt(100);
    int height = 20 + draws.nextInt(100);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) draws.nextInt(256);
    }
    return new RgbImage(width, height, rgb);
  }

  /** Such a picture with a name. */
  public static Picture picture(String name, long seed) {
    return new Picture() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public RgbImage load() {
        return TinyModels.picture(seed);
      }
    };
  }
}

package org.dide.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.dide.data.TaskName;
import org.dide.hub.Provenance;
import org.dide.hub.TrainedModel;
import org.dide.image.ImageSize;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Model;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.text.Vocabulary;

/** Sizes of models whose weights are drawn: how fast they are does not depend on what they know. */
public enum Shape {
  /** The paper's: ViT-B/32, pictures of 640 × 384 pixels, VQA v2's 3,129 answers. */
  BASE(Architecture.preset("vilt-b32").withDropout(0), 3129, 640, 384),
  /** Those of the models that come with dide. */
  DEMO(new Architecture(128, 4, 3, 4, 16, 48, 20, 134, 2, 0, 0), 22, 48, 48);

  private static final List<String> SPECIAL =
      List.of(Vocabulary.PADDING, Vocabulary.UNKNOWN, Vocabulary.CLASS, Vocabulary.SEPARATOR);

  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
  private final Architecture architecture;

  private final int answers;

  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
  private final ImageSize pictures;

  Shape(Architecture architecture, int answers, int width, int height) {
    this.architecture = architecture;
    this.answers = answers;
    this.pictures = new ImageSize(width, height);
  }

  ImageSize pictures() {
    return pictures;
  }

  Architecture sizes() {
    return architecture;
  }

  TrainedModel teacher(TaskName task, long seed) {
    Task asked = task(task);
    return trained(
        FusionModel.initialised(architecture(task), asked.head(), seed, Device.CPU), asked, seed);
  }

  TrainedModel student(TaskName task, long seed, Optional<AttentiveSizes> join) {
    Task asked = task(task);
    Architecture sizes = architecture(task).withJoin(join);
    return trained(DualEncoder.initialised(sizes, asked.head(), seed, Device.CPU), asked, seed);
  }

  private Architecture architecture(TaskName task) {
    return architecture.withModalities(1 + task.pictures());
  }

  private Task task(TaskName name) {
    return Task.named(
        name,
        name.classes().isEmpty()
            ? IntStream.range(0, answers).mapToObj(i -> "answer " + i).toList()
            : name.classes());
  }

  private TrainedModel trained(Model model, Task task, long seed) {
    int patch = architecture.patchSize();
    List<Float> halves = List.of(0.5f, 0.5f, 0.5f);
    PreprocessorSettings defaults = PreprocessorSettings.defaults();
    return new TrainedModel(
        model,
        task,
        vocabulary(),
        new PreprocessorSettings(
            false, patch, patch, halves, halves, defaults.orientation(), defaults.alpha()),
        Provenance.now(List.of(), "drawn", seed, ""));
  }

  private Vocabulary vocabulary() {
    List<String> tokens = new ArrayList<>(SPECIAL);
    for (int i = tokens.size(); i < architecture.vocabularySize(); i++) {
      tokens.add("word" + i);
    }
    return Vocabulary.of(tokens);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

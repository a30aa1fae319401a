package org.dide.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.dide.data.TaskName;
import org.dide.hub.ModelFolder;
import org.dide.hub.ModelKind;
import org.dide.hub.Provenance;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.model.Initialisation;
import org.dide.random.Draws;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.text.Vocabulary;

/** Folders of models that are small and know nothing, and pictures to show them. */
final class TinyModelFolder {
  static final List<String> ANSWERS = List.of("no", "yes", "red", "blue", "two words", "circle");

  private static final Vocabulary WORDS =
      Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "what", "is", "it", "?"));
  private static final Architecture SIZES =
      new Architecture(32, 4, 2, 2, 32, 64, 8, WORDS.size(), 2, 0, 0);

  private TinyModelFolder() {}

  /** Saves a model of questions whose parameters are drawn by the seed. */
  static Path save(Path folder, ModelKind kind, long seed) {
    return save(folder, kind, new VisualQuestionAnswering(ANSWERS), seed);
  }

  /** Saves a dual encoder of a task that knows its own classes. */
  static Path save(Path folder, TaskName task, long seed) {
    return save(folder, ModelKind.DUAL, Task.named(task, task.classes()), seed);
  }

  /** Saves a dual encoder with an attentive join over so many vectors of each picture. */
  static Path attentive(Path folder, Task task, int vectors, long seed) {
    Architecture sizes = SIZES.withJoin(Optional.of(new AttentiveSizes(1, vectors)));
    return save(folder, ModelKind.DUAL, sizes, task, seed);
  }

  private static Path save(Path folder, ModelKind kind, Task task, long seed) {
    return save(folder, kind, SIZES, task, seed);
  }

  private static Path save(Path folder, ModelKind kind, Architecture whole, Task task, long seed) {
    Head head = task.head();
    Architecture sizes = whole.withModalities(1 + head.pictures());
    try (TrainedModel trained =
        new TrainedModel(
            kind == ModelKind.DUAL
                ? DualEncoder.initialised(sizes, head, seed, Initialisation.FAN_IN, Device.CPU)
                : FusionModel.initialised(sizes, head, seed, Initialisation.FAN_IN, Device.CPU),
            task,
            WORDS,
            PreprocessorSettings.ofShorter(64),
            Provenance.now(List.of(), "drawn", seed, ""))) {
      ModelFolder.save(folder, trained);
    }
    return folder;
  }

  /** Writes a picture of noise. */
  static Path picture(Path file, long seed) throws IOException {
    Draws draws = Draws.of(seed, "picture");
    BufferedImage image =
        new BufferedImage(
            40 + draws.nextInt(60), 40 + draws.nextInt(60), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, draws.nextInt(1 << 24));
      }
    }
    Files.createDirectories(file.resolveSibling("."));
    ImageIO.write(image, "png", file.toFile());
    return file;
  }
}

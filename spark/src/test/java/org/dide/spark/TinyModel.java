package org.dide.spark;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.dide.data.TaskName;
import org.dide.hub.ModelFolder;
import org.dide.hub.Provenance;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.Initialisation;
import org.dide.random.Draws;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.text.Vocabulary;

/** Folders of models that are small and know nothing, and pictures to show them. */
final class TinyModel {
  static final String QUESTION = "what is it ?";

  private static final List<String> ANSWERS = List.of("no", "yes", "red", "blue", "two words");
  private static final Vocabulary WORDS =
      Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "what", "is", "it", "?"));

  /** 32 wide, with the paper's join. */
  static final Architecture SIZES = new Architecture(32, 4, 2, 2, 32, 64, 8, WORDS.size(), 2, 0, 0);

  private TinyModel() {}

  /** Saves a dual encoder whose parameters are drawn by the seed. */
  static Path save(Path folder, TaskName name, long seed) {
    return save(folder, name, SIZES, seed);
  }

  /** Saves a dual encoder of other sizes. */
  static Path save(Path folder, TaskName name, Architecture sizes, long seed) {
    Task task = Task.named(name, name.classes().isEmpty() ? ANSWERS : name.classes());
    try (TrainedModel trained =
        new TrainedModel(
            DualEncoder.initialised(
                sizes.withModalities(1 + name.pictures()),
                task.head(),
                seed,
                Initialisation.FAN_IN,
                Device.CPU),
            task,
            WORDS,
            PreprocessorSettings.ofShorter(sizes.imageSize()),
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

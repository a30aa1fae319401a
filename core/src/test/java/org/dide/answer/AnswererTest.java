package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Pointer;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.dide.data.Picture;
import org.dide.evaluate.Evaluator;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.task.Answer;
import org.dide.task.ExamplePreparer;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswererTest {
  private static final String QUESTION = "what colour is the circle?";

  @TempDir Path folder;

  @Test
  void aFileIsAskedAsItsPictureIs() throws IOException {
    RgbImage picture = TinyModels.picture(3);
    Path file = png(folder.resolve("noise.png"), picture);
    try (TrainedModel dual = TinyModels.dual(1);
        TrainedModel fusion = TinyModels.fusion(1)) {
      for (TrainedModel trained : List.of(dual, fusion)) {
        Answerer answerer = Answerer.of(trained);
        List<Answer> answers = answerer.ask(file, QUESTION, 3);
        assertThat(answers).hasSize(3).isEqualTo(answerer.ask(picture, QUESTION, 3));
        assertThat(answers.get(0).probability())
            .isGreaterThan(answers.get(1).probability())
            .isBetween(0.0, 1.0);
      }
    }
  }

  @Test
  void aFileThatIsNoPictureIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("note.png"), "not a picture");
    try (TrainedModel trained = TinyModels.dual(1)) {
      Answerer answerer = Answerer.of(trained);
      assertThatThrownBy(() -> answerer.ask(file, QUESTION, 1))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("note.png");
    }
  }

  @Test
  void statementsAboutTwoPicturesAreJudgedInOrder() {
    RgbImage left = TinyModels.picture(1);
    RgbImage right = TinyModels.picture(2);
    for (TrainedModel trained : TinyModels.ofPairs(4)) {
      try (trained) {
        Answerer answerer = Answerer.of(trained);
        List<Answer> answers = answerer.ask(List.of(left, right), QUESTION, 2);
        assertThat(answers.stream().map(Answer::text)).containsExactlyInAnyOrder("false", "true");
        assertThat(answers.get(0).probability() + answers.get(1).probability())
            .isCloseTo(1, within(1e-12));
        assertThat(probabilityOfTruth(answerer.ask(List.of(right, left), QUESTION, 2)))
            .isNotEqualTo(probabilityOfTruth(answers));
        assertThat(answers.get(0).probability())
            .isCloseTo(evaluated(trained, left, right, answers.get(0).text()), within(1e-6));
        assertThatThrownBy(() -> answerer.ask(left, QUESTION, 2))
            .isInstanceOf(InputException.class)
            .hasMessageContainingAll("task reasoning", "found 1 picture", "2");
      }
    }
  }

  private static double probabilityOfTruth(List<Answer> answers) {
    return answers.stream()
        .filter(answer -> answer.text().equals("true"))
        .mapToDouble(Answer::probability)
        .sum();
  }

  /** The same by way of a batch. */
  private static double evaluated(
      TrainedModel trained, RgbImage left, RgbImage right, String answer) {
    List<Picture> pictures = List.of(picture("left", left), picture("right", right));
    Example example = new Example("1", pictures, QUESTION, new Label.Choice(answer), "");
    ExamplePreparer preparer =
        ExamplePreparer.unchanged(
            trained.vocabulary(), trained.preprocessing(), trained.model().architecture());
    double loss =
        new Evaluator(trained.task(), preparer, 1, Device.CPU, Precision.FP32)
            .evaluate(
                trained.model(),
                new ExampleList("pair", List.of(example)),
                0,
                Evaluator.Observer.NONE)
            .loss();
    return Math.exp(-loss);
  }

  private static Picture picture(String name, RgbImage pixels) {
    return new Picture() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public RgbImage load() {
        return pixels;
      }
    };
  }

  @Test
  void aStoredPairIsJudgedAsItsPicturesAre() {
    RgbImage left = TinyModels.picture(1);
    RgbImage right = TinyModels.picture(2);
    try (TrainedModel trained = TinyModels.dualOfPairs(4)) {
      DualAnswerer answerer = DualAnswerer.of(trained);
      Towers towers = answerer.towers();
      float[] statement = towers.encode(QUESTION).shares().get(0);
      List<float[]> pair =
          List.of(towers.encode(left).shares().get(0), towers.encode(right).shares().get(1));

      assertThat(answerer.answer(statement, pair, 2))
          .isEqualTo(answerer.ask(List.of(left, right), QUESTION, 2));
      assertThatThrownBy(() -> answerer.answer(statement, pair.subList(0, 1), 2))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("task reasoning", "found 1 picture", "2");
    }
  }

  @Test
  void aFusionModelHasNothingToStore() {
    try (TrainedModel trained = TinyModels.fusion(1)) {
      assertThatThrownBy(() -> DualAnswerer.of(trained))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("found a fusion model")
          .hasMessageContaining("allowed is a dual encoder");
    }
  }

  @Test
  void requestsLeaveNoNativeObjects() throws InterruptedException {
    RgbImage picture = TinyModels.picture(3);
    try (TrainedModel dual = TinyModels.dual(1);
        TrainedModel fusion = TinyModels.fusion(1)) {
      long before = 0;
      for (int round = 0; round < 20; round++) {
        Answerer.of(fusion).ask(picture, QUESTION, 3);
        Answerer.of(dual).ask(picture, QUESTION, 3);
        askStored(DualAnswerer.of(dual), picture);
        if (round == 1) {
          before = Pointer.totalCount();
        }
      }
      // Less, where the collector has meanwhile freed what others left to it.
      assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }
  }

  private static void askStored(DualAnswerer answerer, RgbImage picture)
      throws InterruptedException {
    StoredItem stored = new StoredItem.Picture("noise", "0".repeat(64), 1, 1);
    Towers towers = answerer.towers();
    try (GalleryBuilder rows = new GalleryBuilder(1, towers.places(), towers.shareSize())) {
      rows.add(stored, towers.encode(picture).shares());
      try (Gallery gallery = rows.gallery("a model")) {
        float[] asked = towers.encode(QUESTION).shares().get(0);
        answerer.answer(asked, gallery, 1, 1, (id, answers) -> assertThat(answers).hasSize(1));
      }
    }
  }

  static Path png(Path file, RgbImage picture) throws IOException {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = picture.rgb();
    for (int i = 0; i < picture.width() * picture.height(); i++) {
      int value = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | (rgb[3 * i + 2] & 255);
      image.setRGB(i % picture.width(), i / picture.width(), value);
    }
    Files.createDirectories(file.resolveSibling("."));
    ImageIO.write(image, "png", file.toFile());
    return file;
  }
}

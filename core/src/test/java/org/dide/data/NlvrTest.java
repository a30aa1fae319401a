package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.data.Nlvr.Reading;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NlvrTest {
  private static final int HEIGHT = 2;

  /** The red of each pixel tells its column, modulo 256, its green the row. */
  private static final PictureDecoder COLUMNS = file -> columns(400);

  @TempDir private Path folder;
  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void writeSmallDataSet() throws IOException {
    drawing("dev/images/2/dev-1-0-0.png");
    drawing("dev/images/2/dev-1-0-3.png");
    drawing("dev/images/5/dev-1-1-0.png");
    drawing("hidden/images/9/hidden-2-0-0.png");
    drawing("test/images/0/test-3-0-0.png");
    write(
        "dev",
        """
        {"identifier": "1-0", "sentence": "One.", "label": "true", "directory": "2", "evals": {"r1": "true"}}
        {"identifier": "1-1", "sentence": "One.", "label": "false", "directory": "5"}
        """);
    write("hidden", "{\"identifier\": \"2-0\", \"sentence\": \"Two.\", \"label\": \"false\"}");
    write("test", "{\"identifier\": \"3-0\", \"sentence\": \"Three.\", \"label\": \"true\"}");
  }

  @Test
  void learnsFromDevAndHidden() {
    Splits splits = stopping(Reading.DRAWING).splits(0);
    assertThat(splits.train().name()).isEqualTo("nlvr/train");
    assertThat(splits.train().stream(0).map(Example::id))
        .containsExactly("dev-1-0-0", "dev-1-0-3", "dev-1-1-0", "hidden-2-0-0");
    assertThat(splits.train().stream(0).map(e -> e.pictures().get(0).name()))
        .containsExactly(
            "dev/images/2/dev-1-0-0.png",
            "dev/images/2/dev-1-0-3.png",
            "dev/images/5/dev-1-1-0.png",
            "hidden/images/9/hidden-2-0-0.png");
    assertThat(splits.dev().size()).isZero();
    Example test = splits.test().example(0, 0);
    assertThat(test.label()).isEqualTo(new Label.Choice("true"));
    assertThat(test.pictures()).hasSize(1);
    assertThat(test.pictures().get(0).load().width()).isEqualTo(400);
  }

  @Test
  void showsTwoBoxesInEachOfTwoPictures() {
    Example test = stopping(Reading.BOXES).splits(0).test().example(0, 0);
    assertThat(test.pictures().stream().map(Picture::name))
        .containsExactly(
            "test/images/0/test-3-0-0.png, columns 0 to 249",
            "test/images/0/test-3-0-0.png, columns 150 to 399");
    for (int i = 0; i < 2; i++) {
      RgbImage picture = test.pictures().get(i).load();
      assertThat(picture.width()).isEqualTo(250);
      assertThat(picture.height()).isEqualTo(HEIGHT);
      for (int row = 0; row < HEIGHT; row++) {
        for (int column = 0; column < 250; column++) {
          int at = 3 * (row * 250 + column);
          assertThat(picture.rgb()[at]).isEqualTo((byte) (column + 150 * i));
          assertThat(picture.rgb()[at + 1]).isEqualTo((byte) row);
        }
      }
    }
  }

  @Test
  void refusesDrawingsOfAnotherSize() {
    Nlvr narrow = new Nlvr(folder, Reading.BOXES, file -> columns(399), ProblemListener.STOP);
    Picture picture = narrow.splits(0).test().example(0, 0).pictures().get(0);
    assertThatThrownBy(picture::load)
        .isInstanceOf(InputException.class)
        .hasMessage(
            "test/images/0/test-3-0-0.png: found a width of 399 pixels; allowed: 400, which has"
                + " boxes at 0, 150 and 300");
  }

  @Test
  void keepsTheDrawingsOfASentenceTogether() {
    Splits half = stopping(Reading.DRAWING).splits(0.5);
    assertThat(half.dev().size() + half.train().size()).isEqualTo(4);
    assertThat(sentences(half.dev()))
        .hasSize(1)
        .doesNotContainAnyElementsOf(sentences(half.train()));
    assertThatThrownBy(() -> stopping(Reading.DRAWING).splits(1))
        .hasMessageContaining("dev fraction: found 1.0");
  }

  @Test
  void listsEveryProblemAndReadsTheRest() throws IOException {
    Files.delete(folder.resolve("hidden/hidden.json"));
    Files.delete(folder.resolve("dev/images/5/dev-1-1-0.png"));
    Nlvr collecting =
        new Nlvr(folder, Reading.DRAWING, COLUMNS, problem -> problems.add(problem.getMessage()));
    Splits splits = collecting.splits(0);
    assertThat(splits.train().size()).isEqualTo(2);
    assertThat(problems)
        .containsExactly(
            "dev.json: line 2: field \"identifier\": found \"1-1\", which has no drawing; allowed:"
                + " records whose drawings are there (looked for dev-1-1-0.png below dev/images)",
            folder.resolve("hidden/hidden.json") + ": there is no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'identifier': '3-0', 'sentence': 'a', 'label': 'maybe'} | allowed: true, false",
        "{'identifier': '3-0', 'sentence': 'a'} | field \"label\": found nothing",
        "{'identifier': '3-0', 'label': 'true'} | field \"sentence\": found nothing",
        "{'sentence': 'a', 'label': 'true'} | field \"identifier\": found nothing",
        "{'identifier': '4-0', 'sentence': 'a', 'label': 'true'} | looked for test-4-0-0.png",
        "3 | allowed: an object",
      })
  void saysWhatIsWrong(String line, String message) throws IOException {
    write("test", line.replace('\'', '"'));
    assertThatThrownBy(() -> stopping(Reading.DRAWING).splits(0))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("test.json: line 1", message);
  }

  @Test
  void refusesAnIdentifierThatStandsTwice() throws IOException {
    String line = "{\"identifier\": \"3-0\", \"sentence\": \"Three.\", \"label\": \"true\"}\n";
    write("test", line + line);
    assertThatThrownBy(() -> stopping(Reading.DRAWING).splits(0))
        .hasMessageContainingAll("test.json: line 2", "\"3-0\" again");
  }

  @Test
  void readsTheWholeDataSet() {
    Path nlvr = Shared.path("data/nlvr1");
    PictureDecoder decoder = new ImageDecoder(DecodeOptions.defaults())::decode;
    Splits splits = new Nlvr(nlvr, Reading.BOXES, decoder, ProblemListener.STOP).splits(0.1);
    assertThat(splits.train().size() + splits.dev().size()).isEqualTo(989 + 985);
    assertThat(splits.dev().size()).isBetween(150, 250);
    assertThat(splits.test().size()).isEqualTo(990);
    assertThat(sentences(splits.dev())).doesNotContainAnyElementsOf(sentences(splits.train()));
    RgbImage picture = splits.test().example(0, 7).pictures().get(1).load();
    assertThat(picture.width()).isEqualTo(250);
    assertThat(picture.height()).isEqualTo(100);
    DataStatistics.BlindScores blind =
        DataStatistics.blindScores(splits.train(), splits.test()).orElseThrow();
    assertThat(blind.majority()).isBetween(0.561, 0.563);
    assertThat(blind.bagOfWords()).isBetween(0.54, 0.59);
  }

  private static Set<String> sentences(Dataset part) {
    return part.stream(0)
        .map(example -> example.id().split("-")[0] + example.id().split("-")[1])
        .collect(Collectors.toSet());
  }

  private Nlvr stopping(Reading reading) {
    return new Nlvr(folder, reading, COLUMNS, ProblemListener.STOP);
  }

  private static RgbImage columns(int width) {
    byte[] rgb = new byte[3 * width * HEIGHT];
    for (int i = 0; i < width * HEIGHT; i++) {
      rgb[3 * i] = (byte) (i % width);
      rgb[3 * i + 1] = (byte) (i / width);
    }
    return new RgbImage(width, HEIGHT, rgb);
  }

  private void drawing(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.write(file, new byte[0]);
  }

  private void write(String part, String lines) throws IOException {
    Files.writeString(folder.resolve(part).resolve(part + ".json"), lines);
  }
}

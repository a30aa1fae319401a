package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dide.InputException;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Nlvr2Test {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  @TempDir private Path folder;
  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void writeSmallDataSet() throws IOException {
    pair("images/train/7", "train-3-0");
    pair("images/train/7", "train-4-1");
    pair("dev", "dev-5-0");
    pair("test1", "test1-6-2");
    write(
        "train",
        """
        {"identifier": "train-4-1-0", "sentence": "One.", "label": "True", "directory": 7}
        {"identifier": "train-3-0-0", "sentence": "Two.", "label": "False", "directory": "7"}
        {"identifier": "train-4-1-1", "sentence": "Three.", "label": "False", "directory": "7", "synset": "dog"}
        """);
    write("dev", "{\"identifier\": \"dev-5-0-0\", \"sentence\": \"Four.\", \"label\": \"True\"}");
    write(
        "test1", "{\"identifier\": \"test1-6-2-1\", \"sentence\": \"Five.\", \"label\": \"True\"}");
  }

  @Test
  void bringsTogetherWhatIsSaidOfOnePair() {
    Splits splits = stopping().splits();
    assertThat(splits.train().name()).isEqualTo("nlvr2/train");
    assertThat(splits.train().stream(0).map(Example::id))
        .containsExactly("train-4-1-0", "train-4-1-1", "train-3-0-0");
    Example example = splits.train().example(0, 1);
    assertThat(example.text()).isEqualTo("Three.");
    assertThat(example.label()).isEqualTo(new Label.Choice("false"));
    assertThat(example.pictures().stream().map(Picture::name))
        .containsExactly("images/train/7/train-4-1-img0.png", "images/train/7/train-4-1-img1.png");
    assertThat(example.pictures()).isEqualTo(splits.train().example(0, 0).pictures());
    assertThat(splits.dev().example(0, 0).pictures().get(1).name())
        .isEqualTo("dev/dev-5-0-img1.png");
    assertThat(splits.test().example(0, 0).label()).isEqualTo(new Label.Choice("true"));
  }

  @Test
  void readsAPartWithItsOwnFilesAlone() throws IOException {
    Files.delete(folder.resolve("train.json"));
    Files.delete(folder.resolve("test1.json"));
    assertThat(stopping().read(Split.DEV).size()).isEqualTo(1);
    assertThatThrownBy(() -> stopping().read(Split.TEST))
        .isInstanceOf(InputException.class)
        .hasMessage(folder.resolve("test1.json") + ": there is no such file");
    Splits splits = collecting().splits();
    assertThat(splits.dev().size()).isEqualTo(1);
    assertThat(splits.test().size()).isZero();
    assertThat(problems).containsExactly(folder.resolve("train.json") + ": there is no such file");
  }

  @Test
  void listsEveryProblemAndReadsTheRest() throws IOException {
    Files.delete(folder.resolve("images/train/7/train-3-0-img1.png"));
    write(
        "train",
        """
        {"identifier": "train-3-0-0", "sentence": "Two.", "label": "False", "directory": "7"}
        {"identifier": "train-9-0-0", "sentence": "Two.", "label": "False", "directory": "8"}
        {"identifier": "train-9-0-1", "sentence": "Two.", "label": "False", "directory": "8"}
        {"identifier": "train-4-1-0", "sentence": "One.", "label": "True", "directory": "7"}
        {"identifier": "train-4-1-0", "sentence": "One.", "label": "True", "directory": "7"}
        {"identifier": "train-4-1-1", "sentence": "One.", "label": true, "directory": "7"}
        """);
    Splits splits = collecting().splits();
    assertThat(splits.train().size()).isEqualTo(1);
    assertThat(splits.test().size()).isEqualTo(1);
    assertThat(problems).hasSize(4);
    assertThat(problems.get(0))
        .isEqualTo(
            "train.json: line 1: field \"identifier\": found a pair without the picture"
                + " images/train/7/train-3-0-img1.png; allowed: pairs whose pictures are there");
    assertThat(problems.get(1)).contains("images/train/8: no folder of pictures");
    assertThat(problems.get(2)).contains("line 5", "\"train-4-1-0\" again");
    assertThat(problems.get(3)).contains("line 6", "\"label\": found true; allowed: a string");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'identifier': 'dev', 'sentence': 'a', 'label': 'True'} | found \"dev\"; allowed: a pair",
        "{'identifier': 'dev-5-0-x', 'sentence': 'a', 'label': 'True'} | a pair and a number",
        "{'identifier': 'dev-5-0-0', 'label': 'True'} | field \"sentence\": found nothing",
        "{'identifier': 'dev-5-0-0', 'sentence': 'a'} | field \"label\": found nothing",
        "{'identifier': 'dev-5-0-0', 'sentence': 'a', 'label': 'true'} | allowed: True, False",
        "{'identifier': 'dev-9-0-0', 'sentence': 'a', 'label': 'True'} | dev/dev-9-0-img0.png",
        "{'identifier': 'dev-5-0-0'                                    | not valid JSON",
      })
  void saysWhatIsWrong(String line, String message) throws IOException {
    write("dev", line.replace('\'', '"'));
    assertThatThrownBy(() -> stopping().read(Split.DEV))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("dev.json: line 1", message);
  }

  @Test
  void reachesNothingOutsideItsFolder() throws IOException {
    write(
        "train",
        "{\"identifier\": \"train-3-0-0\", \"sentence\": \"a\", \"label\": \"True\","
            + " \"directory\": \"../train/7\"}");
    assertThatThrownBy(() -> stopping().splits())
        .hasMessageContaining("\"directory\": found \"../train/7\"; allowed: the name of a folder");
  }

  /** The published records come without photographs: these are names of empty files. */
  @Test
  void readsThePublishedRecords() throws IOException {
    Path published = Shared.path("data/nlvr2");
    for (String part : List.of("dev", "test1")) {
      Path file = published.resolve(part + ".json");
      write(part, Files.readString(file));
      for (String line : Files.readAllLines(file)) {
        String pair = line.replaceFirst(".*\"identifier\": \"([^\"]*)-\\d+\".*", "$1");
        pair(part, pair);
      }
    }
    Splits splits = stopping().splits();
    assertThat(splits.dev().size()).isEqualTo(6_982);
    assertThat(splits.test().size()).isEqualTo(6_967);
    assertThat(splits.dev().stream(0).filter(e -> e.label().score("true") == 1)).hasSize(3_551);
  }

  private Nlvr2 stopping() {
    return new Nlvr2(folder, BLACK, ProblemListener.STOP);
  }

  private Nlvr2 collecting() {
    return new Nlvr2(folder, BLACK, problem -> problems.add(problem.getMessage()));
  }

  private void write(String part, String lines) throws IOException {
    Files.writeString(folder.resolve(part + ".json"), lines);
  }

  private void pair(String below, String name) throws IOException {
    Path pictures = Files.createDirectories(folder.resolve(below));
    for (int i = 0; i < 2; i++) {
      Files.write(pictures.resolve("%s-img%d.png".formatted(name, i)), new byte[0]);
    }
  }
}

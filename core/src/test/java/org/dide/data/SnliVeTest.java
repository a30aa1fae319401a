package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dide.InputException;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnliVeTest {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  @TempDir private Path folder;
  private final List<String> problems = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  @Test
  void readsWhatIsPublished() throws IOException {
    pictures("flickr30k-images", "11.jpg", "22.jpg");
    write(
        "snli_ve_train.jsonl",
        """
        {"pairID": "a", "Flickr30K_ID": "11", "sentence1": "A premise.", "sentence2": "One.", "gold_label": "entailment"}
        {"pairID": "b", "Flickr30K_ID": "22", "sentence2": "Two.", "gold_label": "neutral"}
        {"pairID": "c", "Flickr30K_ID": "22", "sentence2": "Three.", "gold_label": "-"}
        {"pairID": "d", "Flickr30K_ID": "11", "sentence2": "Four.", "gold_label": "contradiction"}
        """);
    write(
        "snli_ve_dev.jsonl",
        "{\"pairID\": \"e\", \"Flikr30kID\": \"11.jpg\", \"sentence2\": \"Five.\", \"gold_label\": \"neutral\"}");
    Splits splits = collecting(Optional.empty()).splits();
    assertThat(problems).isEmpty();
    assertThat(leftOut)
        .containsExactly(
            "snli_ve_train.jsonl: gold_label: 1 records are left out, as people did not agree on"
                + " them (\"-\")");
    assertThat(splits.train().stream(0).map(Example::id)).containsExactly("a", "d", "b");
    assertThat(splits.train().stream(0).map(Example::text))
        .containsExactly("One.", "Four.", "Two.");
    assertThat(splits.train().stream(0).map(Example::label))
        .containsExactly(
            new Label.Choice("entailment"),
            new Label.Choice("contradiction"),
            new Label.Choice("neutral"));
    assertThat(splits.dev().example(0, 0).pictures().get(0).name())
        .isEqualTo("flickr30k-images/11.jpg");
    assertThat(splits.test().size()).isZero();
  }

  @Test
  void readsTheReferencesLists() throws IOException {
    pictures("images", "11.jpg", "22.jpg");
    write(
        "train.json",
        """
        [{"image": "22", "sentence": "One.", "label": "neutral"},
         {"image": 11, "sentence": "Two.", "label": "entailment"}]
        """);
    ExampleList train = stopping().read(Split.TRAIN);
    assertThat(train.name()).isEqualTo("snli-ve/train");
    assertThat(train.examples().stream().map(Example::id)).containsExactly("train/0", "train/1");
    assertThat(train.example(0, 1).pictures().get(0).name()).isEqualTo("images/11.jpg");
  }

  @Test
  void looksForPicturesWhereItIsTold() throws IOException {
    pictures("elsewhere", "22_a1.jpg");
    write(
        "joined_test.jsonl",
        "{\"pairID\": \"a\", \"Flickr30K_ID\": \"22\", \"image\": \"22_a1.jpg\","
            + " \"sentence2\": \"One.\", \"gold_label\": \"neutral\"}");
    SnliVe told =
        new SnliVe(folder, Optional.of(folder.resolve("elsewhere")), BLACK, ProblemListener.STOP);
    assertThat(told.read(Split.TEST).example(0, 0).pictures().get(0).name()).isEqualTo("22_a1.jpg");
    assertThatThrownBy(() -> stopping().read(Split.TEST))
        .isInstanceOf(InputException.class)
        .hasMessage(
            folder
                + ": found no folder of pictures, flickr30k-images or images; allowed: one of them,"
                + " or data.picture-folder");
  }

  @Test
  void listsEveryProblemWithoutPicturesToo() throws IOException {
    write("dev.json", "[{\"image\": \"22\", \"sentence\": \"One.\", \"label\": \"maybe\"}, 3]");
    Splits splits = collecting(Optional.empty()).splits();
    assertThat(splits.dev().size()).isZero();
    assertThat(problems).hasSize(4);
    assertThat(problems.get(0)).contains("found no folder of pictures");
    assertThat(problems.get(1))
        .isEqualTo(folder + ": found no snli_ve_train.jsonl or train.json or joined_train.jsonl");
    assertThat(problems.get(2))
        .isEqualTo(
            "dev.json: record 0: field \"label\": found \"maybe\"; allowed: contradiction,"
                + " entailment, neutral, -");
    assertThat(problems.get(3)).isEqualTo("dev.json: record 1: found 3; allowed: an object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'pairID': 'a', 'image': '22', 'sentence2': 'One.'} | field \"gold_label\": found nothing",
        "{'pairID': 'a', 'image': '22', 'gold_label': 'neutral'} | field \"sentence2\": found nothing",
        "{'pairID': 'a', 'sentence2': 'One.', 'gold_label': 'neutral'} | field \"image\": found nothing",
        "{'image': '../22', 'sentence2': 'One.', 'gold_label': '-'}    | ",
        "{'image': '../22', 'sentence2': 'One.', 'gold_label': 'neutral'} | looked for ../22.jpg",
        "{'Flickr30K_ID': '33', 'sentence2': 'a', 'gold_label': 'neutral'} | \"Flickr30K_ID\": found \"33\", which has no file",
      })
  void saysWhatIsWrong(String line, String message) throws IOException {
    pictures("images", "22.jpg");
    Files.write(folder.resolve("22.jpg"), new byte[0]);
    write("joined_dev.jsonl", line.replace('\'', '"'));
    if (message == null) {
      assertThat(stopping().read(Split.DEV).size()).isZero();
      return;
    }
    assertThatThrownBy(() -> stopping().read(Split.DEV))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("joined_dev.jsonl: line 1", message);
  }

  @Test
  void refusesAnIdThatStandsTwice() throws IOException {
    pictures("images", "22.jpg");
    String line =
        "{\"pairID\": \"a\", \"image\": \"22\", \"sentence2\": \"One.\", \"gold_label\": \"neutral\"}\n";
    write("joined_dev.jsonl", line + line);
    assertThatThrownBy(() -> stopping().read(Split.DEV))
        .hasMessageContainingAll("joined_dev.jsonl: line 2", "\"pairID\": found \"a\" again");
  }

  @Test
  void readsTheAuthorsSample() throws IOException {
    Path sample = Shared.path("data/format-samples/snli_ve_sample");
    write("snli_ve_dev.jsonl", Files.readString(sample.resolve("sample_data.jsonl")));
    ExampleList dev =
        new SnliVe(folder, Optional.of(sample), BLACK, ProblemListener.STOP).read(Split.DEV);
    assertThat(dev.example(0, 0).id()).isEqualTo("555378351.jpg#2r1e");
    assertThat(dev.example(0, 0).text()).isEqualTo("A man walking with his son's bike.");
    assertThat(dev.example(0, 0).pictures().get(0).name()).isEqualTo("555378351.jpg");
  }

  @Test
  void readsJoinedRowsWithThePhotographsOfAnotherDataSet() {
    SnliVe joined =
        new SnliVe(
            Shared.path("data/snli-ve"),
            Optional.of(Shared.path("data/flickr8k/images")),
            BLACK,
            ProblemListener.STOP);
    Splits splits = joined.splits();
    assertThat(splits.train().size()).isEqualTo(4_240);
    assertThat(splits.dev().size()).isEqualTo(3_217);
    assertThat(splits.test().size()).isEqualTo(4_155);
    assertThat(splits.test().stream(0).map(e -> e.pictures().get(0).name()).distinct())
        .hasSize(285);
    DataStatistics.BlindScores blind =
        DataStatistics.blindScores(splits.train(), splits.test()).orElseThrow();
    assertThat(blind.majority()).isBetween(0.350, 0.360);
    assertThat(blind.bagOfWords()).isBetween(0.50, 0.62);
  }

  private SnliVe stopping() {
    return new SnliVe(folder, Optional.empty(), BLACK, ProblemListener.STOP);
  }

  private SnliVe collecting(Optional<Path> pictures) {
    ProblemListener listener =
        new ProblemListener() {
          @Override
          public void onProblem(InputException problem) {
            problems.add(problem.getMessage());
          }

          @Override
          public void onLeftOut(String what) {
            leftOut.add(what);
          }
        };
    return new SnliVe(folder, pictures, BLACK, listener);
  }

  private void pictures(String below, String... names) throws IOException {
    Path pictures = Files.createDirectories(folder.resolve(below));
    for (String name : names) {
      Files.write(pictures.resolve(name), new byte[0]);
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}

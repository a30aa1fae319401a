package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.OwnJsonl.PicturePaths;
import org.dide.data.OwnRecord.Content;
import org.dide.image.RgbImage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnJsonlTest {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  @TempDir private Path temporary;
  private Path folder;
  private final List<InputException> problems = new ArrayList<>();

  @BeforeEach
  void writePictures() throws IOException {
    folder = Files.createDirectories(temporary.resolve("data"));
    Files.createDirectory(folder.resolve("images"));
    Files.write(folder.resolve("a.jpg"), new byte[0]);
    Files.write(folder.resolve("images/b.jpg"), new byte[0]);
    Files.write(temporary.resolve("outside.jpg"), new byte[0]);
  }

  @Test
  void readsEveryKindOfRecord() throws IOException {
    Path file =
        written(
            """
            {"id": "1", "image": "a.jpg", "question": "What?", "answer": "red", "type": "colour"}

            {"id": "2", "image": "images/b.jpg", "question": "What?", "answers": {"dog": 1, "pup": 0.3}, "split": "dev"}
            {"id": "3", "image": "a.jpg", "question": "What?", "split": "test"}
            {"id": "4", "image": "a.jpg", "statement": "It is red.", "label": "entailment"}
            {"id": "5", "image": "a.jpg", "statement": "It is red."}
            {"id": "6", "images": ["a.jpg", "images/b.jpg"], "statement": "Both are.", "label": false}
            {"id": "7", "image": "a.jpg", "captions": ["One.", "Two."]}
            """);
    List<OwnRecord> records = stopping(file).records();
    assertThat(records.stream().map(OwnRecord::content))
        .containsExactly(
            new Content.Question("What?", Map.of("red", 1.0)),
            new Content.Question("What?", Map.of("dog", 1.0, "pup", 0.3)),
            new Content.Question("What?", Map.of()),
            new Content.Entailment("It is red.", Optional.of("entailment")),
            new Content.Entailment("It is red.", Optional.empty()),
            new Content.Truth("Both are.", false),
            new Content.Captions(List.of("One.", "Two.")));
    assertThat(records.stream().map(OwnRecord::split))
        .startsWith(Split.TRAIN, Split.DEV, Split.TEST, Split.TRAIN);
    assertThat(records.get(0).type()).isEqualTo("colour");
    assertThat(records.get(1).place()).isEqualTo("own.jsonl: line 3");
    assertThat(records.get(5).pictures().stream().map(Picture::name))
        .containsExactly("a.jpg", "images/b.jpg");
  }

  @Test
  void givesQuestionsAsExamplesByPart() throws IOException {
    Path file =
        written(
            """
            {"id": "1", "image": "a.jpg", "question": "What?", "answer": "red", "type": "colour"}
            {"id": "2", "image": "a.jpg", "question": "Why?", "split": "test"}
            {"id": "3", "image": "a.jpg", "captions": ["One."]}
            """);
    Splits splits = collecting(file, PicturePaths.BELOW_THE_FILE).examples(TaskName.VQA);
    assertThat(splits.train().name()).isEqualTo("own.jsonl/train");
    assertThat(splits.train().example(0, 0).label())
        .isEqualTo(new Label.Answers(Map.of("red", 1.0)));
    assertThat(splits.dev().size()).isZero();
    assertThat(splits.test().example(0, 0).label()).isEqualTo(new Label.Unknown());
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).hasMessageContainingAll("own.jsonl: line 3", "question");
  }

  @Test
  void takesAByteOrderMarkAndWindowsLines() throws IOException {
    Path file =
        written("\uFEFF{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"What?\"}\r\n\r\n");
    assertThat(stopping(file).records()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"qestion\": \"W?\"} | unknown field \"qestion\"",
        "{\"id\": 1, \"image\": \"a.jpg\", \"question\": \"W?\"} | field \"id\": found 1; allowed: a string",
        "{\"image\": \"a.jpg\", \"question\": \"W?\"} | field \"id\": found nothing",
        "{\"id\": \"1\", \"question\": \"W?\"} | found none; allowed: exactly one of the fields image, images",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"images\": [\"a.jpg\"], \"question\": \"W?\"} | found image and images",
        "{\"id\": \"1\", \"images\": [], \"question\": \"W?\"} | field \"images\": found an empty list",
        "{\"id\": \"1\", \"image\": \"z.jpg\", \"question\": \"W?\"} | \"z.jpg\", where there is no file",
        "{\"id\": \"1\", \"image\": \"images\", \"question\": \"W?\"} | \"images\", where there is no file",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \" \"} | field \"question\": found an empty string",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"W?\", \"label\": true} | field \"label\": found true; allowed: nothing beside \"question\"",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"W?\", \"statement\": \"S.\"} | found question and statement",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"W?\", \"answers\": {\"red\": 1.5}} | \"red\": 1.5; allowed: an object of answers with scores in [0, 1]",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"W?\", \"answers\": [\"red\"]} | field \"answers\": found [\"red\"]",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"W?\", \"answers\": {\"red\": 1}, \"answer\": \"red\"} | field \"answer\"",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"statement\": \"S.\", \"label\": 1} | field \"label\": found 1; allowed: a string, true or false",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"captions\": [\"\"]} | field \"captions\"",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"W?\", \"split\": \"val\"} | field \"split\": found \"val\"; allowed: train, dev, test",
        "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"W?\" | not valid JSON",
        "[1, 2] | found [1,2]; allowed: an object",
        "{\"id\": \"1\", \"id\": \"2\"} | Duplicate field",
        "{\"id\": \"0\", \"image\": \"a.jpg\", \"question\": \"W?\"} | \"0\" again, as in own.jsonl: line 1",
      })
  void saysWhatIsWrongAndGoesOn(String line, String message) throws IOException {
    String good = "{\"id\": \"%d\", \"image\": \"a.jpg\", \"question\": \"What?\"}\n";
    Path file = written(good.formatted(0) + line + "\n" + good.formatted(9));
    assertThat(collecting(file, PicturePaths.BELOW_THE_FILE).records()).hasSize(2);
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).hasMessageContainingAll("own.jsonl: line 2", message);
    assertThatThrownBy(() -> stopping(file).records()).isInstanceOf(InputException.class);
  }

  @Test
  void keepsPicturesBelowTheFileUnlessToldOtherwise() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.jpg"), temporary.resolve("outside.jpg"));
    Path absolute = temporary.resolve("outside.jpg").toAbsolutePath();
    List<String> paths =
        List.of("../outside.jpg", absolute.toString(), "link.jpg", "images/../../outside.jpg");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < paths.size(); i++) {
      lines.append(
          "{\"id\": \"%d\", \"image\": \"%s\", \"question\": \"W?\"}\n".formatted(i, paths.get(i)));
    }
    Path file = written(lines.toString());
    assertThat(collecting(file, PicturePaths.BELOW_THE_FILE).records()).isEmpty();
    assertThat(problems)
        .hasSize(4)
        .allSatisfy(problem -> assertThat(problem).hasMessageContaining("stays below"));
    problems.clear();
    assertThat(collecting(file, PicturePaths.ANYWHERE).records()).hasSize(4);
    assertThat(problems).isEmpty();
  }

  private Path written(String lines) throws IOException {
    return Files.writeString(folder.resolve("own.jsonl"), lines);
  }

  private OwnJsonl stopping(Path file) {
    return new OwnJsonl(file, PicturePaths.BELOW_THE_FILE, BLACK, ProblemListener.STOP);
  }

  private OwnJsonl collecting(Path file, PicturePaths paths) {
    return new OwnJsonl(file, paths, BLACK, problems::add);
  }
}

package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dide.InputException;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerVocabularyTest {
  @TempDir private Path folder;

  @Test
  void readsAnswersWithTheirCounts() throws IOException {
    Path file = folder.resolve("answers.json");
    Files.writeString(file, "{\"answers\": [\"yes \\\"indeed\\\"\", \"é\"], \"counts\": [17, 3]}");
    AnswerVocabulary read = AnswerVocabulary.read(file);
    assertThat(read.answers()).containsExactly("yes \"indeed\"", "é");
    assertThat(read.counts()).containsExactly(17L, 3L);
    assertThat(read.find("é")).hasValue(1);
    assertThat(read.find("no")).isEmpty();

    Files.writeString(file, "{\"answers\": [\"b\", \"a\"]}");
    assertThat(AnswerVocabulary.read(file).answers()).containsExactly("b", "a");
    assertThat(AnswerVocabulary.read(file).counts()).isEmpty();
  }

  @Test
  void readsLinesWithAByteOrderMark() throws IOException {
    Path file = Files.writeString(folder.resolve("answers.txt"), "\uFEFFno\r\nyes\r\n");
    assertThat(AnswerVocabulary.readLines(file).answers()).containsExactly("no", "yes");
    assertThat(TextFiles.lines(Files.writeString(file, ""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"answers\": [\"a\", \"b\", \"a\"]}           | answer 2 repeats \"a\" of answer 0",
        "{\"answers\": []}                              | no answers",
        "{\"answers\": [\"a\"], \"counts\": [1, 2]}     | 1 answers but 2 counts",
        "{\"answers\": [\"a\"], \"counts\": [\"x\"]}    | field \"counts\": found \"x\"",
        "{\"answers\": [\"a\", 3]}                      | field \"answers\": found 3 in the list",
        "{\"answers\": [\"a\"], \"labels\": []}         | unknown field \"labels\"",
        "{\"counts\": [1]}                              | field \"answers\": found nothing",
        "[\"a\"]                                        | does not hold an object",
        "{\"answers\": [\"a\"], \"answers\": [\"b\"]}   | Duplicate field",
      })
  void saysWhatIsWrong(String json, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("answers.json"), json);
    assertThatThrownBy(() -> AnswerVocabulary.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(file.toString(), message);
  }

  @Test
  void collectsTheAnswersOfTrainingData() {
    ExampleList train =
        new ExampleList(
            "small/train",
            List.of(
                example(new Label.Answers(Map.of("no", 1.0))),
                example(new Label.Answers(Map.of("yes", 0.3))),
                example(new Label.Unknown()),
                example(new Label.Answers(Map.of("yes", 1.0)))));
    assertThat(AnswerVocabulary.ofTraining(train, 1).answers()).containsExactly("no", "yes");
    assertThat(AnswerVocabulary.ofTraining(train, 2).answers()).containsExactly("yes");
    assertThat(AnswerVocabulary.ofTraining(train, 2).counts()).containsExactly(2L);
    assertThatThrownBy(() -> AnswerVocabulary.ofTraining(train, 3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("small/train");
  }

  private static Example example(Label label) {
    return new Example("1", List.of(), "is it", label, "");
  }

  @Test
  void readsAListOfThreeThousandAnswers() {
    AnswerVocabulary answers =
        AnswerVocabulary.readLines(Shared.path("data/format-samples/answers_vqa_n2nmn_3001.txt"));
    assertThat(answers.size()).isEqualTo(3_001);
  }
}

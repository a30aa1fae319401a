package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dide.InputException;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VqaRadTest {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  @TempDir private Path folder;
  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void writePictures() throws IOException {
    Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < 10; i++) {
      Files.write(folder.resolve("images/synpic%d.jpg".formatted(i)), new byte[0]);
    }
  }

  @Test
  void partsByPhraseType() throws IOException {
    write(
        row("1", 0, "freeform", "\"Yes\""),
        row("\"2\"", 0, "para", "\"The Lungs\""),
        row("3", 0, "test_freeform", "2"),
        row("4", 1, "test_para", "\"A\""));
    Splits splits = stopping().splits(0);
    assertThat(splits.train().stream(0).map(Example::id)).containsExactly("1", "2");
    assertThat(splits.test().stream(0).map(Example::id)).containsExactly("3", "4");
    assertThat(splits.train().stream(0).map(Example::label))
        .containsExactly(answer("yes"), answer("lungs"));
    assertThat(splits.test().stream(0).map(Example::label))
        .containsExactly(answer("2"), answer("a"));
    Example example = splits.train().example(0, 0);
    assertThat(example.type()).isEqualTo("closed/pos, pres");
    assertThat(example.text()).isEqualTo("Is it?");
    assertThat(example.pictures().get(0).name()).isEqualTo("images/synpic0.jpg");
  }

  @Test
  void cutsDevByPicture() throws IOException {
    String[] rows = new String[30];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row("" + i, i % 10, "freeform", "\"No\"");
    }
    write(rows);
    Splits splits = stopping().splits(0.3);
    assertThat(splits.dev().size()).isEqualTo(9);
    assertThat(pictures(splits.dev())).hasSize(3);
    assertThat(pictures(splits.train())).doesNotContainAnyElementsOf(pictures(splits.dev()));
    assertThatThrownBy(() -> stopping().splits(-1)).hasMessageContaining("dev fraction");
  }

  @Test
  void findsThePicturesUnderTheirPublishedName() throws IOException {
    Files.move(folder.resolve("images"), folder.resolve("VQA_RAD Image Folder"));
    write(row("1", 3, "freeform", "\"Yes\""));
    assertThat(stopping().splits(0).train().example(0, 0).pictures().get(0).name())
        .isEqualTo("VQA_RAD Image Folder/synpic3.jpg");
  }

  @Test
  void listsEveryProblemAndReadsTheRest() throws IOException {
    write(
        row("1", 0, "freeform", "\"Yes\""),
        row("1", 0, "freeform", "\"Yes\""),
        row("2", 99, "freeform", "\"Yes\""),
        row("3", 0, "verse", "\"Yes\""),
        "4");
    Splits splits =
        new VqaRad(folder, BLACK, problem -> problems.add(problem.getMessage())).splits(0);
    assertThat(splits.train().size()).isEqualTo(1);
    String file = "VQA_RAD Dataset Public.json: record ";
    assertThat(problems)
        .containsExactly(
            file + "1: field \"qid\": found 1 again; allowed: each id once",
            file
                + "2: field \"image_name\": found \"synpic99.jpg\", which has no file under "
                + folder.resolve("images")
                + "; allowed: pictures that are there",
            file
                + "3: field \"phrase_type\": found \"verse\"; allowed: freeform, para,"
                + " test_freeform, test_para",
            file + "4: found 4; allowed: an object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"answer\": \"Yes\" | \"answer\": [] | field \"answer\": found []; allowed: a string or a",
        "\"answer\": \"Yes\" | \"answer\": \" \" | field \"answer\": found an empty string",
        "\"qid\": 1, | | field \"qid\": found nothing",
        "\"question\": \"Is it?\", | | field \"question\": found nothing",
        "\"CLOSED \" | 3 | field \"answer_type\": found 3",
        "\"image_name\": \"synpic0.jpg\", | | field \"image_name\": found nothing",
      })
  void saysWhatIsWrong(String right, String wrong, String message) throws IOException {
    write(row("1", 0, "freeform", "\"Yes\"").replace(right, wrong == null ? "" : wrong));
    assertThatThrownBy(() -> stopping().splits(0))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("record 0", message);
  }

  @Test
  void readsTheWholeDataSet() {
    Splits splits =
        new VqaRad(Shared.path("data/vqa-rad"), BLACK, ProblemListener.STOP).splits(0.1);
    assertThat(splits.train().size() + splits.dev().size()).isEqualTo(1_797);
    assertThat(splits.test().size()).isEqualTo(451);
    assertThat(pictures(splits.dev())).doesNotContainAnyElementsOf(pictures(splits.train()));
    assertThat(pictures(splits.test())).containsAnyElementsOf(pictures(splits.train()));
    DataStatistics.BlindScores blind =
        DataStatistics.blindScores(splits.train(), splits.test()).orElseThrow();
    assertThat(blind.majority()).isBetween(0.25, 0.30);
    assertThat(blind.bagOfWords()).isBetween(0.36, 0.43);
  }

  private static Label answer(String answer) {
    return new Label.Answers(Map.of(answer, 1.0));
  }

  private static Set<String> pictures(Dataset part) {
    Set<String> names = new HashSet<>();
    part.stream(0).forEach(e -> e.pictures().forEach(p -> names.add(p.name())));
    return names;
  }

  private VqaRad stopping() {
    return new VqaRad(folder, BLACK, ProblemListener.STOP);
  }

  private static String row(String id, int picture, String phraseType, String answer) {
    return """
        {"qid": %s, "image_name": "synpic%d.jpg", "question": "Is it?", "phrase_type": "%s",
         "answer_type": "CLOSED ", "question_type": "POS, PRES", "answer": %s}
        """
        .formatted(id, picture, phraseType, answer);
  }

  private void write(String... rows) throws IOException {
    Files.writeString(
        folder.resolve("VQA_RAD Dataset Public.json"), "[" + String.join(",", rows) + "]");
  }
}

package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EasyVqaTest {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  @TempDir private Path folder;

  @BeforeEach
  void writeSmallDataSet() throws IOException {
    Files.writeString(folder.resolve("answers.txt"), "circle\nred\nyes\nno\n");
    StringBuilder questions = new StringBuilder("[");
    for (int picture = 0; picture < 10; picture++) {
      picture("train", picture);
      questions.append("[\"what color is the circle?\", \"red\", %d],".formatted(picture));
      questions.append("[\"is there a red shape?\", \"yes\", %d],".formatted(picture));
    }
    questions("train", questions.deleteCharAt(questions.length() - 1) + "]");
    picture("test", 0);
    questions("test", "[[\"is there a circle?\", \"yes\", 0]]");
  }

  @Test
  void readsThreePartsThatShareNoPicture() {
    EasyVqa easyVqa = EasyVqa.read(folder, 0.3, BLACK);
    Splits splits = easyVqa.splits();
    assertThat(splits.train().size()).isEqualTo(14);
    assertThat(splits.dev().size()).isEqualTo(6);
    assertThat(splits.test().size()).isEqualTo(1);
    assertThat(pictures(splits.train())).doesNotContainAnyElementsOf(pictures(splits.dev()));
    assertThat(pictures(splits.dev())).hasSize(3);
    assertThat(easyVqa.answers().answers()).containsExactly("circle", "red", "yes", "no");
    assertThat(easyVqa.answers().counts()).containsExactly(0L, 7L, 7L, 0L);

    Example example = splits.test().example(3, 0);
    assertThat(example.id()).isEqualTo("test/0");
    assertThat(example.type()).isEqualTo("exists-shape");
    assertThat(example.pictures().get(0).name()).isEqualTo("test/images/0.png");
    assertThat(example.pictures().get(0).load().width()).isEqualTo(1);
    assertThat(((Label.Answers) example.label()).scores()).containsExactly(Map.entry("yes", 1.0));
  }

  @Test
  void cutsDevTheSameWayEachTimeAndNestedByFraction() {
    Set<String> small = pictures(EasyVqa.read(folder, 0.2, BLACK).splits().dev());
    assertThat(pictures(EasyVqa.read(folder, 0.2, BLACK).splits().dev())).isEqualTo(small);
    assertThat(pictures(EasyVqa.read(folder, 0.5, BLACK).splits().dev())).containsAll(small);
    assertThat(EasyVqa.read(folder, 0, BLACK).splits().dev().size()).isZero();
  }

  @Test
  void namesRecordAndFileOfAMissingPicture() throws IOException {
    questions(
        "test", "[[\"is there a circle?\", \"yes\", 0],[\"is there a circle?\", \"yes\", 93]]");
    assertThatThrownBy(() -> EasyVqa.read(folder, 0.1, BLACK))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("test/questions.json: record 1", "picture 93", "93.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[\"is it?\", \"yes\", 0], [\"is it?\", 4, 0]] | record 1",
        "[[\"is it?\", \"yes\"]]                        | [question, answer, picture number]",
        "[[\"is it?\", \"maybe\", 0]]                   | \"maybe\" is not in answers.txt",
        "{\"questions\": []}                            | does not hold a list",
        "[[\"is it?\", \"yes\", 0]                      | not valid JSON",
      })
  void saysWhatIsWrong(String questions, String message) throws IOException {
    questions("train", questions);
    assertThatThrownBy(() -> EasyVqa.read(folder, 0.1, BLACK))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("questions.json", message);
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    Files.delete(folder.resolve("test/questions.json"));
    assertThatThrownBy(() -> EasyVqa.read(folder, 0.1, BLACK))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> EasyVqa.read(folder.resolve("nowhere"), 0.1, BLACK))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> EasyVqa.read(folder, 1, BLACK))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("dev fraction");
  }

  @ParameterizedTest
  @CsvSource({
    "what color is the triangle?, colour",
    "what is the color of the shape?, colour",
    "what is the blue shape?, shape",
    "what shape is present?, shape",
    "is a teal shape present?, exists-colour",
    "does the image contain a circle?, exists-shape",
    "is there not a gray shape in the image?, absent-colour",
    "is no rectangle present?, absent-shape",
  })
  void tellsKindsOfQuestionsApart(String question, String type) {
    assertThat(EasyVqa.type(question)).isEqualTo(type);
  }

  @Test
  void readsTheWholeDataSet() {
    EasyVqa easyVqa =
        EasyVqa.read(Shared.path("data/easy-vqa"), EasyVqa.DEFAULT_DEV_FRACTION, BLACK);
    Splits splits = easyVqa.splits();
    assertThat(splits.train().size() + splits.dev().size()).isEqualTo(38_575);
    assertThat(splits.test().size()).isEqualTo(9_673);
    assertThat(pictures(splits.dev())).hasSize(400);
    assertThat(easyVqa.answers().size()).isEqualTo(13);
    Set<String> types = splits.train().stream(0).map(Example::type).collect(Collectors.toSet());
    assertThat(types)
        .containsExactlyInAnyOrder(
            "shape", "colour", "exists-shape", "exists-colour", "absent-shape", "absent-colour");
  }

  private static Set<String> pictures(Dataset part) {
    Set<String> names = new HashSet<>();
    part.stream(0).forEach(e -> e.pictures().forEach(p -> names.add(p.name())));
    return names;
  }

  private void picture(String part, int number) throws IOException {
    Path images = Files.createDirectories(folder.resolve(part).resolve("images"));
    Files.write(images.resolve(number + ".png"), new byte[0]);
  }

  private void questions(String part, String json) throws IOException {
    Files.writeString(folder.resolve(part).resolve("questions.json"), json);
  }
}

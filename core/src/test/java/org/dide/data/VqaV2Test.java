package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.data.VqaV2.Part;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VqaV2Test {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  @TempDir private Path folder;
  private final List<InputException> problems = new ArrayList<>();

  @BeforeEach
  void writeSmallDataSet() throws IOException {
    picture("train2014", 9);
    picture("train2014", 10);
    questions("train2014", question(1000, 10), question(900, 9), question(901, 9));
    annotations(
        "train2014",
        annotation(1000, "Yes", given("yes", 5, "no", 3, "maybe", 2)),
        annotation(900, "two", given("2", 1, "two", 9)),
        annotation(901, "purple", given("purple", 10)));
    picture("val2014", 1);
    picture("val2014", 2);
    picture("val2014", 3);
    questions("val2014", question(30, 3), question(10, 1), question(20, 2));
    annotations(
        "val2014",
        annotation(10, "yes", given("yes", 10)),
        annotation(20, "2", given("2", 10)),
        annotation(30, "yes.", given("yes", 4, "2", 6)));
  }

  @Test
  void countsNormalizedMajorityAnswersInOrderOfAppearance() {
    AnswerVocabulary answers = reader().answers(2);
    assertThat(answers.answers()).containsExactly("yes", "2");
    assertThat(answers.counts()).containsExactly(3L, 2L);
    assertThatThrownBy(() -> reader().answers(4))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("4 times");
  }

  @Test
  void scoresAnswersAsWrittenAndDropsQuestionsThatKeepNone() {
    VqaV2.Reading reading = reader().read(Part.TRAIN2014, reader().answers(2));
    assertThat(reading.withoutAnswer()).isEqualTo(1);
    assertThat(reading.missingPictures()).isEmpty();
    // By file name: picture 9 stands before picture 10.
    assertThat(ids(reading.examples())).containsExactly("900", "1000");
    assertThat(reading.examples().example(0, 0).label())
        .isEqualTo(new Label.Answers(Map.of("2", 0.3)));
    assertThat(reading.examples().example(0, 1).label())
        .isEqualTo(new Label.Answers(Map.of("yes", 1.0)));
    assertThat(reading.examples().example(0, 1).type()).isEqualTo("other");
  }

  @Test
  void cutsDevFromTheLastPicturesOfVal() {
    Splits splits = reader().splits(reader().answers(2), 1);
    assertThat(ids(splits.train())).containsExactly("900", "1000", "10", "20");
    assertThat(ids(splits.dev())).containsExactly("30");
    assertThat(splits.test().size()).isZero();
    assertThat(ids(reader().splits(reader().answers(2), 0).dev())).isEmpty();
    assertThat(ids(reader().splits(reader().answers(2), 50).dev())).hasSize(3);
  }

  @Test
  void tellsOfPicturesWithoutFileAndGoesOnIfAllowed() throws IOException {
    questions("val2014", question(10, 1), question(20, 2), question(30, 4));
    Splits splits = reader().splits(reader().answers(2), 1);
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0))
        .hasMessageContainingAll(
            "v2_OpenEnded_mscoco_val2014_questions.json",
            "image_id",
            "val2014/COCO_val2014_000000000004.jpg");
    assertThat(ids(splits.dev())).containsExactly("20");
    VqaV2 strict = new VqaV2(folder, BLACK, ProblemListener.STOP);
    assertThatThrownBy(() -> strict.splits(strict.answers(2), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("COCO_val2014_000000000004.jpg");
  }

  @Test
  void namesRecordsThatCannotBeUsed() throws IOException {
    questions("val2014", question(10, 1), question(10, 1), question(77, 1), "{\"image_id\": 1}");
    annotations(
        "val2014",
        annotation(10, "yes", given("yes", 10)),
        annotation(10, "yes", given("yes", 10)),
        "{\"question_id\": 3, \"multiple_choice_answer\": 7}",
        "3");
    AnswerVocabulary answers = AnswerVocabulary.of(List.of("yes"));
    reader().read(Part.VAL2014, answers);
    assertThat(problems.stream().map(Throwable::getMessage))
        .containsExactly(
            "v2_mscoco_val2014_annotations.json: record 1: field \"question_id\": found 10 again;"
                + " allowed: each question once",
            "v2_mscoco_val2014_annotations.json: record 2: field \"answers\": found nothing;"
                + " allowed: a list of objects",
            "v2_mscoco_val2014_annotations.json: record 3: found 3; allowed: an object",
            "v2_OpenEnded_mscoco_val2014_questions.json: record 1: field \"question_id\": found 10"
                + " again; allowed: each question once",
            "v2_OpenEnded_mscoco_val2014_questions.json: record 2: field \"question_id\": found 77,"
                + " which v2_mscoco_val2014_annotations.json lacks; allowed: its ids",
            "v2_OpenEnded_mscoco_val2014_questions.json: record 3: field \"question_id\": found"
                + " nothing; allowed: a whole number");
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Files.writeString(folder.resolve(Part.VAL2014.questionsFile()), "{\"data\": []}");
    AnswerVocabulary answers = AnswerVocabulary.of(List.of("yes"));
    assertThatThrownBy(() -> reader().read(Part.VAL2014, answers))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no list \"questions\"");
    assertThatThrownBy(() -> reader().read(Part.TEST2015, answers))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test2015");
  }

  @Test
  void scoresGenuineRecords() {
    Path samples = Shared.path("data/format-samples/vqa_v2_val_first48");
    List<String> given = new ArrayList<>();
    JsonFiles.eachRecord(
        samples.resolve(Part.VAL2014.annotationsFile()),
        "annotations",
        ProblemListener.STOP,
        annotation -> {
          if (annotation.integer("question_id") == 262148000) {
            annotation.records("answers").forEach(answer -> given.add(answer.text("answer")));
          }
        });
    assertThat(VqaScore.ofAnswers(given))
        .containsExactly(
            Map.entry("down", 1.0),
            Map.entry("at table", 0.3),
            Map.entry("skateboard", 0.3),
            Map.entry("table", 0.3));
  }

  private VqaV2 reader() {
    return new VqaV2(folder, BLACK, problems::add);
  }

  private static List<String> ids(Dataset dataset) {
    return dataset.stream(0).map(Example::id).toList();
  }

  private void picture(String part, int image) throws IOException {
    Path images = Files.createDirectories(folder.resolve(part));
    Files.write(images.resolve("COCO_%s_%012d.jpg".formatted(part, image)), new byte[0]);
  }

  private void questions(String part, String... questions) throws IOException {
    Files.writeString(
        folder.resolve("v2_OpenEnded_mscoco_" + part + "_questions.json"),
        "{\"info\": {\"nested\": [1]}, \"questions\": [%s], \"license\": {}}"
            .formatted(String.join(",", questions)));
  }

  private void annotations(String part, String... annotations) throws IOException {
    Files.writeString(
        folder.resolve("v2_mscoco_" + part + "_annotations.json"),
        "{\"annotations\": [%s]}".formatted(String.join(",", annotations)));
  }

  private static String question(long id, long image) {
    return "{\"image_id\": %d, \"question\": \"Question %d?\", \"question_id\": %d}"
        .formatted(image, id, id);
  }

  private static String annotation(long question, String majority, String given) {
    return """
        {"question_id": %d, "multiple_choice_answer": "%s", "answer_type": "other", "answers": [%s]}
        """
        .formatted(question, majority, given);
  }

  /** Answers as often as the number after each says. */
  private static String given(Object... answersAndCounts) {
    return IntStream.range(0, answersAndCounts.length / 2)
        .boxed()
        .flatMap(
            i ->
                Collections.nCopies((Integer) answersAndCounts[2 * i + 1], answersAndCounts[2 * i])
                    .stream())
        .map("{\"answer\": \"%s\"}"::formatted)
        .collect(Collectors.joining(","));
  }
}

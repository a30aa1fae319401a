package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.data.VqaV2.Part;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.dide.text.Vocabulary;
import org.dide.text.WordPieceTokenizer;
import org.junit.jupiter.api.Test;

/** The reference's raw miniature data gives the reference's tables. */
class VqaV2GoldenTest {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  /** One question of a table: id, text, answers with scores. */
  private record Question(String id, String text, Map<String, Double> answers) {}

  @Test
  void findsTheAnswers() throws IOException {
    JsonNode golden = golden("vqa_expected.json");
    AnswerVocabulary answers = answers();
    List<String> expected = new ArrayList<>();
    golden.get("answer_vocabulary").forEach(answer -> expected.add(answer.asText()));
    assertThat(answers.answers()).isEqualTo(expected);
    for (int id = 0; id < answers.size(); id++) {
      assertThat(answers.counts().get(id))
          .isEqualTo(golden.get("counts").get(answers.answer(id)).asLong());
    }
    golden
        .get("get_score")
        .properties()
        .forEach(
            score ->
                assertThat(VqaScore.ofCount(Integer.parseInt(score.getKey())))
                    .isEqualTo(score.getValue().asDouble()));
  }

  @Test
  void readsEachPart() throws IOException {
    JsonNode tables = golden("vqa_expected.json").get("tables");
    AnswerVocabulary answers = answers();
    Map<String, Part> parts =
        Map.of(
            "vqav2_train", Part.TRAIN2014,
            "vqav2_val", Part.VAL2014,
            "vqav2_test", Part.TEST2015,
            "vqav2_test-dev", Part.TEST_DEV2015);
    parts.forEach(
        (table, part) ->
            assertThat(questions(reader().read(part, answers).examples()))
                .as(table)
                .isEqualTo(questions(tables.get(table), answers)));
  }

  @Test
  void splitsAsTheReferenceDoes() throws IOException {
    JsonNode golden = golden("vqa_expected.json");
    AnswerVocabulary answers = answers();
    Splits splits = reader().splits(answers, VqaV2.DEFAULT_DEV_PICTURES);
    JsonNode tables = golden.get("tables");
    assertThat(golden.get("trainable_val_rows").asInt()).isZero();
    assertThat(questions(splits.train())).isEqualTo(questions(tables.get("vqav2_train"), answers));
    assertThat(questions(splits.dev())).isEqualTo(questions(tables.get("vqav2_rest_val"), answers));
    assertThat(questions(splits.test()))
        .isEqualTo(questions(tables.get("vqav2_test-dev"), answers));
  }

  @Test
  void givesTheItemsThatTheReferenceTrainsOn() throws IOException {
    JsonNode golden = golden("dataset_items.json");
    int length = golden.get("max_text_len").asInt();
    WordPieceTokenizer tokenizer =
        new WordPieceTokenizer(Vocabulary.read(Shared.path("golden/tokenizer/vocab.txt")));
    AnswerVocabulary answers = answers();
    Splits splits = reader().splits(answers, VqaV2.DEFAULT_DEV_PICTURES);
    Map<String, Dataset> parts =
        Map.of("VQAv2Dataset.val", splits.dev(), "VQAv2Dataset.test", splits.test());
    parts.forEach(
        (name, part) -> {
          JsonNode items = golden.get("items").get(name);
          assertThat(part.size()).isEqualTo(items.size());
          for (int i = 0; i < part.size(); i++) {
            JsonNode item = items.get(i);
            Example example = part.example(0, i);
            assertThat(example.id()).isEqualTo(item.get("qid").asText());
            assertThat(example.text()).isEqualTo(item.get("text").asText());
            if (example.label() instanceof Label.Answers known) {
              assertThat(known.scores())
                  .isEqualTo(scores(item.get("vqa_answer"), item.get("vqa_scores")));
              assertThat(ids(known.scores(), answers)).isEqualTo(integers(item.get("vqa_labels")));
            }
            int[] tokens = tokenizer.encode(example.text(), length);
            assertThat(Arrays.stream(Arrays.copyOf(tokens, length)).boxed().toList())
                .isEqualTo(integers(item.get("input_ids")));
          }
        });
  }

  private static VqaV2 reader() {
    // The reference leaves out pictures without a file, and the raw data lacks one on purpose.
    return new VqaV2(Shared.path("golden/datasets/vqa_raw"), BLACK, missingPicture -> {});
  }

  private static AnswerVocabulary answers() {
    return reader().answers(VqaV2.DEFAULT_MINIMUM_COUNT);
  }

  private static JsonNode golden(String name) throws IOException {
    Path file = Shared.path("golden/datasets").resolve(name);
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<Question> questions(Dataset dataset) {
    return dataset.stream(0)
        .map(
            example ->
                new Question(
                    example.id(),
                    example.text(),
                    example.label() instanceof Label.Answers known ? known.scores() : Map.of()))
        .toList();
  }

  private static List<Question> questions(JsonNode table, AnswerVocabulary vocabulary) {
    List<Question> questions = new ArrayList<>();
    for (JsonNode row : table) {
      for (int i = 0; i < row.get("question_id").size(); i++) {
        Map<String, Double> answers =
            scores(row.get("answers").path(i), row.get("answer_scores").path(i));
        assertThat(ids(answers, vocabulary)).isEqualTo(integers(row.get("answer_labels").path(i)));
        questions.add(
            new Question(
                row.get("question_id").get(i).asText(),
                row.get("questions").get(i).asText(),
                answers));
      }
    }
    return questions;
  }

  private static Map<String, Double> scores(JsonNode answers, JsonNode scores) {
    Map<String, Double> map = new LinkedHashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      map.put(answers.get(i).asText(), scores.get(i).asDouble());
    }
    return map;
  }

  private static List<Integer> ids(Map<String, Double> answers, AnswerVocabulary vocabulary) {
    return answers.keySet().stream().map(answer -> vocabulary.find(answer).orElseThrow()).toList();
  }

  private static List<Integer> integers(JsonNode list) {
    List<Integer> integers = new ArrayList<>();
    list.forEach(integer -> integers.add(integer.asInt()));
    return integers;
  }
}

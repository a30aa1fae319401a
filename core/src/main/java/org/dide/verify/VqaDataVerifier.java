package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.dide.data.AnswerNormalizer;
import org.dide.data.AnswerVocabulary;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Splits;
import org.dide.data.VqaScore;
import org.dide.data.VqaV2;
import org.dide.data.VqaV2.Part;

/** What becomes of VQA v2's raw files: answers, scores and splits. */
final class VqaDataVerifier implements CaseVerifier {
  private static final String TABLES = "data_vqa";
  private static final String IDS = "id2answer_of_datamodule";
  private static final String NORMALIZED = "normalize_word";
  private static final String REST = "vqav2_rest_val";
  private static final List<Map.Entry<String, Part>> PARTS =
      List.of(
          Map.entry("vqav2_train", Part.TRAIN2014),
          Map.entry("vqav2_val", Part.VAL2014),
          Map.entry("vqav2_test", Part.TEST2015),
          Map.entry("vqav2_test-dev", Part.TEST_DEV2015));

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals(TABLES) || golden.kind().equals(NORMALIZED);
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    if (golden.kind().equals(TABLES)) {
      verifyTables(golden, comparison);
    } else {
      verifyNormalized(golden, comparison);
    }
  }

  private static void verifyNormalized(GoldenCase golden, Comparison comparison) {
    List<JsonNode> rows = Json.listOrEmpty(golden.field("rows"), "rows");
    long differing = 0;
    long malformed = 0;
    for (JsonNode row : rows) {
      String found = AnswerNormalizer.normalize(row.path(0).asText());
      differing += found.equals(row.path(1).asText()) ? 0 : 1;
      boolean pair = row.size() == 2 && row.path(0).isTextual() && row.path(1).isTextual();
      malformed += pair ? 0 : 1;
    }
    comparison.within("answers (%d rows)".formatted(rows.size()), (double) differing, 0);
    comparison.equal("has rows", !rows.isEmpty(), true);
    comparison.within("rows that are no pair of texts", (double) malformed, 0);
  }

  private static void verifyTables(GoldenCase golden, Comparison comparison) {
    VqaV2 reader = new RawData(golden).vqaV2();
    AnswerVocabulary answers = reader.answers(VqaV2.DEFAULT_MINIMUM_COUNT);
    verifyAnswers(golden, answers, comparison);
    JsonNode tables = golden.field("tables");
    PARTS.forEach(
        part ->
            compareTable(
                part.getKey(),
                reader.read(part.getValue(), answers).examples(),
                tables,
                answers,
                comparison));
    Splits splits = reader.splits(answers, VqaV2.DEFAULT_DEV_PICTURES);
    compareTable(REST, splits.dev(), tables, answers, comparison);
    int train = reader.read(Part.TRAIN2014, answers).examples().size();
    comparison.equal(
        "trainable_val_rows",
        pictures(splits.train(), train),
        Json.id(golden.field("trainable_val_rows"), "trainable_val_rows"));
    Set<String> known = PARTS.stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    for (String table : Json.fields(tables, "tables").keySet()) {
      if (!known.contains(table) && !table.equals(REST)) {
        comparison.skip(table);
      }
    }
  }

  private static void verifyAnswers(
      GoldenCase golden, AnswerVocabulary answers, Comparison comparison) {
    comparison.equal(
        "answer_vocabulary",
        answers.answers(),
        Json.texts(golden.field("answer_vocabulary"), "answer_vocabulary"));
    comparison.equal(
        "num_class", answers.size(), Json.integer(golden.field("num_class"), "num_class"));
    Map<String, Double> counts = new LinkedHashMap<>();
    Map<String, String> ids = new LinkedHashMap<>();
    for (int id = 0; id < answers.size(); id++) {
      counts.put(answers.answer(id), (double) answers.counts().get(id));
      ids.put(Integer.toString(id), answers.answer(id));
    }
    comparison.equal("counts", counts, Json.numbers(golden.field("counts"), "counts"));
    Map<String, String> expectedIds = new LinkedHashMap<>();
    Json.fields(golden.field(IDS), IDS)
        .forEach((id, answer) -> expectedIds.put(id, Json.text(answer, IDS)));
    comparison.equal(IDS, ids, expectedIds);
    Json.numbers(golden.field("get_score"), "get_score")
        .forEach(
            (people, score) ->
                comparison.number(
                    "score of %s people".formatted(people),
                    VqaScore.ofCount(Integer.parseInt(people)),
                    score,
                    0));
  }

  /** One question of a table, with the fingerprint of its picture. */
  private record Question(String picture, String id, String text, ReferenceAnswers answers) {}

  private static void compareTable(
      String name,
      Dataset found,
      JsonNode tables,
      AnswerVocabulary vocabulary,
      Comparison comparison) {
    List<Question> expected = new ArrayList<>();
    for (JsonNode row : Json.list(tables.path(name), name)) {
      expected.addAll(questions(name + ": ", row));
    }
    List<Question> questions =
        found.stream(0).map(example -> question(example, vocabulary)).toList();
    comparison.equal("%s (%d questions)".formatted(name, expected.size()), questions, expected);
  }

  /** A row is a picture with its questions; of test, no answers are known. */
  private static List<Question> questions(String table, JsonNode row) {
    List<JsonNode> ids = Json.list(row.path("question_id"), table + "question_id");
    List<JsonNode> texts = Json.list(row.path("questions"), table + "questions", ids.size());
    String picture = Json.text(row.path("image"), table + "image");
    boolean known = !Json.listOrEmpty(row.path("answers"), table + "answers").isEmpty();
    int count = known ? ids.size() : 0;
    List<JsonNode> answers = Json.list(row.path("answers"), table + "answers", count);
    List<JsonNode> scores = Json.list(row.path("answer_scores"), table + "answer_scores", count);
    List<JsonNode> labels = Json.list(row.path("answer_labels"), table + "answer_labels", count);
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      questions.add(
          new Question(
              picture,
              Long.toString(Json.id(ids.get(i), table + "question_id")),
              Json.text(texts.get(i), table + "questions"),
              known
                  ? ReferenceAnswers.expected(answers.get(i), scores.get(i), labels.get(i))
                  : ReferenceAnswers.UNKNOWN));
    }
    return questions;
  }

  private static Question question(Example example, AnswerVocabulary vocabulary) {
    return new Question(
        RawData.fingerprint(example.pictures().get(0)),
        example.id(),
        example.text(),
        ReferenceAnswers.of(example, vocabulary));
  }

  private static long pictures(Dataset data, int from) {
    return data.stream(0).skip(from).map(example -> example.pictures().get(0)).distinct().count();
  }
}

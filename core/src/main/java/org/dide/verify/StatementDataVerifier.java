package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.TaskName;

/** What becomes of the raw files of NLVR2 and SNLI-VE: pictures with the statements about them. */
final class StatementDataVerifier implements CaseVerifier {
  private static final String PAIRS = "data_nlvr2";
  private static final String SINGLE = "data_snli_ve";
  private static final String TABLES = "tables";
  private static final String CLASSES = "label2id";

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals(PAIRS) || golden.kind().equals(SINGLE);
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    boolean pairs = golden.kind().equals(PAIRS);
    RawData raw = new RawData(golden);
    Map<String, Dataset> parts = pairs ? raw.nlvr2() : raw.snliVe();
    JsonNode tables = golden.field(TABLES);
    parts.forEach(
        (name, part) -> {
          List<Row> expected = expected(name, tables.path(name), pairs);
          comparison.equal("%s (%d rows)".formatted(name, expected.size()), rows(part), expected);
        });
    Json.fields(tables, TABLES).keySet().stream()
        .filter(name -> !parts.containsKey(name))
        .forEach(comparison::skip);
    if (!pairs) {
      verifyClasses(golden, comparison);
    }
  }

  private static void verifyClasses(GoldenCase golden, Comparison comparison) {
    Map<String, Double> classes = new LinkedHashMap<>();
    for (String name : TaskName.ENTAILMENT.classes()) {
      classes.put(name, (double) classes.size());
    }
    comparison.equal(CLASSES, classes, Json.numbers(golden.field(CLASSES), CLASSES));
  }

  /** One picture, or a pair, by fingerprint, with the statements about it and their labels. */
  private record Row(
      String identifier, List<String> pictures, List<String> statements, List<String> labels) {}

  private static List<Row> expected(String table, JsonNode rows, boolean pairs) {
    List<String> pictures = pairs ? List.of("image_0", "image_1") : List.of("image");
    List<Row> expected = new ArrayList<>();
    for (JsonNode row : Json.list(rows, table)) {
      List<String> statements = Json.texts(row.path("questions"), table + ": questions");
      List<JsonNode> labels =
          Json.list(row.path("answers"), table + ": answers", statements.size());
      expected.add(
          new Row(
              Json.word(row.path("identifier"), table + ": identifier"),
              pictures.stream()
                  .map(name -> Json.word(row.path(name), table + ": " + name))
                  .toList(),
              statements,
              labels.stream().map(label -> Json.word(label, table + ": answers")).toList()));
    }
    return expected;
  }

  /** The statements about one picture stand together. */
  private static List<Row> rows(Dataset part) {
    Map<String, Row> rows = new LinkedHashMap<>();
    part.stream(0)
        .forEach(
            example -> {
              String identifier = identifier(example);
              Row row =
                  rows.computeIfAbsent(
                      identifier,
                      first ->
                          new Row(
                              identifier,
                              example.pictures().stream().map(RawData::fingerprint).toList(),
                              new ArrayList<>(),
                              new ArrayList<>()));
              row.statements().add(example.text());
              row.labels().add(label(example));
            });
    return List.copyOf(rows.values());
  }

  /** A pair is named by its statements; a single picture by its file. */
  private static String identifier(Example example) {
    return example.pictures().size() == 2
        ? example.id().replaceFirst("-[^-]*$", "")
        : String.valueOf(RawData.file(example.pictures().get(0)).getFileName())
            .replaceFirst("[.]jpg$", "");
  }

  /** The reference keeps NLVR2's labels as they are written. */
  private static String label(Example example) {
    String name = example.label().best().orElse("");
    return switch (name) {
      case "true" -> "True";
      case "false" -> "False";
      default -> name;
    };
  }
}

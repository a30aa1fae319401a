package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.data.AnswerVocabulary;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Split;
import org.dide.data.TaskName;
import org.dide.data.VqaV2;
import org.dide.image.Pixels;
import org.dide.image.Preprocessor;
import org.dide.image.PreprocessorSettings;
import org.dide.text.Vocabulary;
import org.dide.text.WordPieceTokenizer;

/** The items that the reference trains on, in order: text, tokens, prepared pictures, answers. */
final class DatasetItemsVerifier implements CaseVerifier {
  private static final String ITEMS = "items";

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("dataset_items");
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    RawData raw = new RawData(golden);
    Preparation preparation = Preparation.of(golden);
    for (var field : Json.fields(golden.field(ITEMS), ITEMS).entrySet()) {
      String name = field.getKey();
      Optional<Items> found = items(name, raw);
      if (found.isEmpty()) {
        comparison.skip(name);
      } else {
        compare(name, found.get(), Json.list(field.getValue(), name), preparation, comparison);
      }
    }
  }

  /** Validation is dev and test, one after the other, but for VQA. */
  private static Optional<Items> items(String name, RawData raw) {
    return switch (name) {
      case "VQAv2Dataset.val" -> Optional.of(questions(raw, Split.DEV));
      case "VQAv2Dataset.test" -> Optional.of(questions(raw, Split.TEST));
      case "NLVR2Dataset.train" -> Optional.of(statements(raw.nlvr2(), true));
      case "NLVR2Dataset.val" -> Optional.of(statements(raw.nlvr2(), false));
      case "SNLIVEDataset.train" -> Optional.of(statements(raw.snliVe(), true));
      case "SNLIVEDataset.val" -> Optional.of(statements(raw.snliVe(), false));
      default -> Optional.empty();
    };
  }

  private static Items questions(RawData raw, Split split) {
    VqaV2 reader = raw.vqaV2();
    AnswerVocabulary answers = reader.answers(VqaV2.DEFAULT_MINIMUM_COUNT);
    Dataset part = reader.splits(answers, VqaV2.DEFAULT_DEV_PICTURES).part(split);
    return new Items(
        part.stream(0).map(example -> new Item(example, "")).toList(),
        (prefix, item, expected, comparison) ->
            compareAnswers(prefix, item.example(), answers, expected, comparison));
  }

  private static Items statements(Map<String, Dataset> parts, boolean train) {
    List<Item> items = new ArrayList<>();
    parts.forEach(
        (table, part) -> {
          if (table.contains("train") == train) {
            part.stream(0).forEach(example -> items.add(new Item(example, table)));
          }
        });
    return new Items(items, DatasetItemsVerifier::compareLabel);
  }

  /** One example, and the reference's table that it is from; empty where that is not told. */
  private record Item(Example example, String table) {}

  /** What differs from task to task. */
  @FunctionalInterface
  private interface Answer {
    void compare(String prefix, Item item, JsonNode expected, Comparison comparison);
  }

  private record Items(List<Item> items, Answer answer) {}

  /** How texts and pictures are prepared; the tokenizer case's vocabulary was used. */
  private record Preparation(WordPieceTokenizer tokenizer, int length, Preprocessor preprocessor) {
    static Preparation of(GoldenCase golden) {
      int size = Json.integer(golden.field("image_size"), "image_size");
      return new Preparation(
          new WordPieceTokenizer(
              Vocabulary.read(golden.sibling("../tokenizer/vocab.txt").normalize())),
          Json.integer(golden.field("max_text_len"), "max_text_len"),
          new Preprocessor(PreprocessorSettings.ofShorter(size)));
    }

    long[] tokens(String text) {
      int[] tokens = Arrays.copyOf(tokenizer.encode(text, length), length);
      return Arrays.stream(tokens).asLongStream().toArray();
    }
  }

  private static void compare(
      String name,
      Items found,
      List<JsonNode> expected,
      Preparation preparation,
      Comparison comparison) {
    List<Item> items = found.items();
    comparison.equal(name + ": items", items.size(), expected.size());
    for (int i = 0; i < Math.min(items.size(), expected.size()); i++) {
      Example example = items.get(i).example();
      JsonNode wanted = expected.get(i);
      String prefix = "%s %d: ".formatted(name, i);
      String text = Json.text(wanted.path("text"), prefix + "text");
      comparison.equal(prefix + "text", example.text(), text);
      comparison.equal(
          prefix + "input_ids",
          preparation.tokens(example.text()),
          Json.longs(wanted.path("input_ids"), prefix + "input_ids"));
      comparePictures(prefix, example, wanted, preparation.preprocessor(), comparison);
      found.answer().compare(prefix, items.get(i), wanted, comparison);
    }
  }

  private static void comparePictures(
      String prefix,
      Example example,
      JsonNode wanted,
      Preprocessor preprocessor,
      Comparison comparison) {
    int count = example.pictures().size();
    for (int i = 0; i < count; i++) {
      String name = count == 1 ? "image" : "image_" + i;
      Pixels pixels = preprocessor.prepare(example.pictures().get(i).load());
      comparison.equal(
          prefix + name + "_shape",
          new long[] {3, pixels.height(), pixels.width()},
          Json.longs(wanted.path(name + "_shape"), prefix + name + "_shape"));
      comparison.number(
          prefix + name + "_mean",
          mean(pixels),
          Json.number(wanted.path(name + "_mean"), prefix + name + "_mean"),
          Tolerance.ROUNDING);
    }
  }

  private static double mean(Pixels pixels) {
    double sum = 0;
    for (float value : pixels.chw()) {
      sum += value;
    }
    return sum / pixels.chw().length;
  }

  /** NLVR2's answers are truth values, SNLI-VE's are classes. */
  private static void compareLabel(
      String prefix, Item item, JsonNode wanted, Comparison comparison) {
    String table = Json.word(wanted.path("table_name"), prefix + "table_name");
    comparison.equal(prefix + "table_name", item.table(), table);
    String label = item.example().label().best().orElse("");
    if (item.example().pictures().size() == 2) {
      boolean truth = Json.truth(wanted.path("answers"), prefix + "answers");
      comparison.equal(prefix + "answers", label, Boolean.toString(truth));
    } else {
      int expected = Json.integer(wanted.path("answers"), prefix + "answers");
      int found = TaskName.ENTAILMENT.classes().indexOf(label);
      comparison.equal(prefix + "answers", found, expected);
    }
  }

  private static void compareAnswers(
      String prefix,
      Example example,
      AnswerVocabulary answers,
      JsonNode wanted,
      Comparison comparison) {
    ReferenceAnswers found = ReferenceAnswers.of(example, answers);
    ReferenceAnswers expected =
        ReferenceAnswers.expected(
            wanted.path("vqa_answer"), wanted.path("vqa_scores"), wanted.path("vqa_labels"));
    String id = Long.toString(Json.id(wanted.path("qid"), prefix + "qid"));
    comparison.equal(prefix + "qid", example.id(), id);
    comparison.equal(prefix + "answers", found.scores(), expected.scores());
    comparison.equal(prefix + "labels", found.labels(), expected.labels());
  }
}

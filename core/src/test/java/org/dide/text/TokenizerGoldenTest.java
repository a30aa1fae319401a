package org.dide.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;

/** Tokens equal those of the reference tokenizers. */
class TokenizerGoldenTest {
  @Test
  void equalsTransformers() throws IOException {
    Path folder = Shared.path("golden/tokenizer");
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("case.json").toFile());
    Vocabulary vocabulary = Vocabulary.read(folder.resolve(golden.get("vocab").asText()));
    WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary);
    int length = golden.get("max_length").asInt();
    for (JsonNode row : golden.get("rows")) {
      if (!row.path("version_dependent").asBoolean()) {
        String text = row.get("text").asText();
        int[] padded = Arrays.copyOf(tokenizer.encode(text, length), length);
        assertThat(padded).as(text).isEqualTo(integers(row.get("input_ids")));
      }
    }
  }

  @Test
  void equalsTribuosRegressionTexts() throws IOException {
    Path folder = Shared.path("data/bert-base-uncased");
    Vocabulary vocabulary = Vocabulary.read(folder.resolve("vocab.txt"));
    WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary);
    List<String> lines =
        Files.readAllLines(folder.resolve("regression-text_bert-base-uncased.txt"));
    assertThat(lines).hasSizeGreaterThan(9_000);
    for (String line : lines) {
      String[] fields = line.split("\t");
      List<String> expected = Arrays.asList(fields).subList(1, fields.length);
      assertThat(tokens(tokenizer, fields[0])).as(fields[0]).isEqualTo(expected);
    }
  }

  private static List<String> tokens(WordPieceTokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text, Integer.MAX_VALUE);
    return Arrays.stream(ids, 1, ids.length - 1).mapToObj(tokenizer.vocabulary()::token).toList();
  }

  private static int[] integers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}

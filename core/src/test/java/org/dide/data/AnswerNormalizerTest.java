package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerNormalizerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Two Dogs    | 2 dogs",
        "none        | 0",
        "A cat.      | cat",
        "3,000       | 3000",
        "red-white   | red white",
        "red - white | red white",
        "5.5         | 5.5",
        "U.S.A.      | usa",
        "shouldnt    | shouldn't",
        "whove       | who've",
        "10:30       | 10:30",
        "the         | ''",
      })
  void normalizesAsTheEvaluationDoes(String answer, String normalized) {
    assertThat(AnswerNormalizer.normalize(answer)).isEqualTo(normalized);
  }

  @Test
  void removesAtMostThirtyTwoPeriods() {
    assertThat(AnswerNormalizer.normalize(".".repeat(40))).isEqualTo(".".repeat(8));
  }

  @Property
  void leavesNoBlankAtAnEndAndNoComma(@ForAll String answer) {
    String normalized = AnswerNormalizer.normalize(answer);
    assertThat(normalized).isEqualTo(normalized.strip()).doesNotContain(",");
  }

  @Test
  void equalsTheReference() throws IOException {
    JsonNode golden =
        new ObjectMapper().readTree(Shared.path("golden/datasets/normalize_word.json").toFile());
    assertThat(golden.get("rows")).isNotEmpty();
    for (JsonNode row : golden.get("rows")) {
      String answer = row.get(0).asText();
      assertThat(AnswerNormalizer.normalize(answer)).as(answer).isEqualTo(row.get(1).asText());
    }
  }
}

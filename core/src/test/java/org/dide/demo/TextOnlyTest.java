package org.dide.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.junit.jupiter.api.Test;

class TextOnlyTest {
  @Test
  void scoresByKind() {
    List<Example> train = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      train.add(example("is it so?", "yes", "exists"));
      train.add(example("what color is it?", "red", "colour"));
      train.add(example("what shade is it?", "red", "colour"));
    }
    List<Example> test =
        List.of(
            example("is it so?", "yes", "exists"),
            example("is it so?", "no", "exists"),
            example("what color is it?", "red", "colour"));
    TextOnly scores = TextOnly.of(new ExampleList("train", train), new ExampleList("test", test));
    assertThat(scores.counts()).isEqualTo(Map.of("colour", 1L, "exists", 2L));
    assertThat(scores.majority())
        .isEqualTo(Map.of("score", 1 / 3.0, "score/colour", 1.0, "score/exists", 0.0));
    assertThat(scores.bagOfWords())
        .isEqualTo(Map.of("score", 2 / 3.0, "score/colour", 1.0, "score/exists", 0.5));
  }

  @Test
  void needsAnswersToLearnFrom() {
    ExampleList none =
        new ExampleList(
            "train", List.of(new Example("", List.of(), "why?", new Label.Unknown(), "")));
    assertThatThrownBy(() -> TextOnly.of(none, none))
        .isInstanceOf(InputException.class)
        .hasMessage("train: found no known answers");
  }

  private static Example example(String text, String answer, String type) {
    return new Example("", List.of(), text, new Label.Answers(Map.of(answer, 1.0)), type);
  }
}

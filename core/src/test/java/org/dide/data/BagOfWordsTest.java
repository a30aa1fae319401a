package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BagOfWordsTest {
  @Test
  void learnsWhichWordsGoWithWhichAnswer() {
    List<String> texts = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      texts.addAll(List.of("Is there a dog?", "Is there no dog?", "How many dogs?"));
      answers.addAll(List.of("yes", "no", "2"));
    }
    BagOfWords model = BagOfWords.train(texts, answers);
    assertThat(model.answer("is there a DOG")).isEqualTo("yes");
    assertThat(model.answer("no, is there?")).isEqualTo("no");
    assertThat(model.answer("how many")).isEqualTo("2");
  }

  @Test
  void givesTheMostFrequentAnswerToWordsItDoesNotKnow() {
    BagOfWords model =
        BagOfWords.train(List.of("a", "b", "c", "d", "e"), List.of("x", "y", "y", "y", "z"));
    assertThat(model.answer("nothing of that")).isEqualTo("y");
    assertThat(model.answer("")).isEqualTo("y");
  }

  @Test
  void needsAsManyAnswersAsTexts() {
    assertThatThrownBy(() -> BagOfWords.train(List.of("a"), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BagOfWords.train(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

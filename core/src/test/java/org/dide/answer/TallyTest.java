package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;

import org.dide.answer.Tally.Count;
import org.dide.answer.Tally.Example;
import org.dide.task.Answer;
import org.junit.jupiter.api.Test;

class TallyTest {
  @Test
  void countsBestAnswersAndKeepsTheSurestExamples() {
    Tally tally = new Tally(2);
    add(tally, "a", "dog", 0.4);
    add(tally, "b", "cat", 0.9);
    add(tally, "c", "dog", 0.8);
    add(tally, "d", "dog", 0.6);
    add(tally, "e", "bird", 0.1);

    assertThat(tally.counts()).extracting(Count::text).containsExactly("dog", "bird", "cat");
    assertThat(tally.counts()).extracting(Count::count).containsExactly(3, 1, 1);
    assertThat(tally.counts().get(0).examples())
        .containsExactly(new Example("c", 0.8), new Example("d", 0.6));
  }

  @Test
  void keepsNoExamplesIfNoneAreWanted() {
    Tally tally = new Tally(0);
    add(tally, "a", "dog", 0.4);
    assertThat(tally.counts().get(0).examples()).isEmpty();
  }

  private static void add(Tally tally, String id, String answer, double probability) {
    tally.add(new StoredItem.Text(id, id), new Answer(answer, probability));
  }
}

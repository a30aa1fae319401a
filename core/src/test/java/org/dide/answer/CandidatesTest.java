package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dide.task.Answer;
import org.junit.jupiter.api.Test;

class CandidatesTest {
  /** Of four rows, the best answers first. */
  private static final List<List<Answer>> FIRST =
      List.of(
          List.of(new Answer("no", 0.6), new Answer("yes", 0.4)),
          List.of(new Answer("yes", 0.9), new Answer("no", 0.1)),
          List.of(new Answer("maybe", 0.5), new Answer("no", 0.3)),
          List.of(new Answer("yes", 0.7), new Answer("no", 0.3)));

  @Test
  void theLeastSureAreThoseWhoseBestAnswerIsLeastLikely() {
    assertThat(Candidates.leastSure(2).of(FIRST)).containsExactly(2, 0);
    assertThat(Candidates.leastSure(9).of(FIRST)).containsExactly(2, 0, 3, 1);
  }

  @Test
  void theLikeliestAreThoseOfWhichTheAnswerIs() {
    assertThat(Candidates.likeliest("yes", 3).of(FIRST)).containsExactly(1, 3, 0);
    assertThat(Candidates.likeliest("no", 1).of(FIRST)).containsExactly(0);
  }
}

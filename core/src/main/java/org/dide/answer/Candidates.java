package org.dide.answer;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.dide.task.Answer;

/** Which rows of a gallery are worth a closer look, after a first answer about each. */
@FunctionalInterface
public interface Candidates {
  /**
   * Chooses rows.
   *
   * @param first answers about each row, the best ones first
   * @return numbers of rows, each at most once
   */
  int[] of(List<List<Answer>> first);

  /** Those whose best answer is least likely. */
  static Candidates leastSure(int count) {
    return first -> lowest(first, count, answers -> answers.get(0).probability());
  }

  /** Those of which an answer is likeliest; it must be among the first answers about each. */
  static Candidates likeliest(String answer, int count) {
    return first -> lowest(first, count, answers -> -probability(answers, answer));
  }

  private static double probability(List<Answer> answers, String wanted) {
    return answers.stream()
        .filter(answer -> answer.text().equals(wanted))
        .mapToDouble(Answer::probability)
        .findFirst()
        .orElse(0);
  }

  private static int[] lowest(
      List<List<Answer>> first, int count, ToDoubleFunction<List<Answer>> measure) {
    return IntStream.range(0, first.size())
        .boxed()
        .sorted(Comparator.comparingDouble(row -> measure.applyAsDouble(first.get(row))))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}

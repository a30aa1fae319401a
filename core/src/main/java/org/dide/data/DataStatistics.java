package org.dide.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is in a data set, and how far it can be answered without looking at a picture.
 *
 * @param parts train, dev and test
 * @param blindScores for each part of dev and test whose answers are known; empty if train's are
 *     not
 */
public record DataStatistics(List<Part> parts, List<BlindScores> blindScores) {
  /** Keeps unmodifiable copies of the lists. */
  public DataStatistics {
    parts = List.copyOf(parts);
    blindScores = List.copyOf(blindScores);
  }

  /**
   * One part of a data set.
   *
   * @param name such as {@code easy-vqa/train}
   * @param texts how many examples there are
   * @param pictures how many different pictures they show
   * @param wordsInText shortest, mean and longest text
   * @param types how many examples there are of each type, by name
   * @param answers the most frequent best answers, the most frequent first
   * @param differentAnswers how many different best answers there are
   */
  public record Part(
      String name,
      int texts,
      int pictures,
      Lengths wordsInText,
      Map<String, Long> types,
      List<AnswerCount> answers,
      int differentAnswers) {}

  /** Least, mean and most words of a text, parted by white space; all 0 if there are no texts. */
  public record Lengths(int least, double mean, int most) {}

  /** How many examples have an answer as their best. */
  public record AnswerCount(String answer, long count) {}

  /**
   * Scores in [0, 1] of what never looks at a picture.
   *
   * @param name the part that was scored
   * @param examples those with known answers, which the scores are means over
   * @param majorityAnswer train's most frequent answer
   * @param majority what always giving it scores
   * @param bagOfWords what {@link BagOfWords}, trained on train, scores
   */
  public record BlindScores(
      String name, int examples, String majorityAnswer, double majority, double bagOfWords) {}

  /**
   * Counts and scores. Generated data is looked at in its first epoch.
   *
   * @param topAnswers how many of the most frequent answers to name
   */
  public static DataStatistics of(Splits splits, int topAnswers) {
    return new DataStatistics(
        splits.parts().stream().map(part -> part(part, topAnswers)).toList(),
        blindScores(splits.train(), List.of(splits.dev(), splits.test())));
  }

  /**
   * What never looking scores on some part; empty if no answers of that part or train are known.
   */
  public static Optional<BlindScores> blindScores(Dataset train, Dataset part) {
    return blindScores(train, List.of(part)).stream().findFirst();
  }

  private static Part part(Dataset dataset, int topAnswers) {
    Set<String> pictures = new HashSet<>();
    Map<String, Long> types = new TreeMap<>();
    Map<String, Long> answers = new HashMap<>();
    List<Integer> lengths = new ArrayList<>();
    dataset.stream(0)
        .forEach(
            example -> {
              example.pictures().forEach(picture -> pictures.add(picture.name()));
              types.merge(example.type(), 1L, Long::sum);
              TextOnlyGuesser.bestAnswer(example)
                  .ifPresent(answer -> answers.merge(answer, 1L, Long::sum));
              lengths.add(words(example.text()));
            });
    List<AnswerCount> top = byFrequency(answers);
    return new Part(
        dataset.name(),
        dataset.size(),
        pictures.size(),
        lengths(lengths),
        types,
        top.subList(0, Math.min(topAnswers, top.size())),
        top.size());
  }

  private static List<BlindScores> blindScores(Dataset training, List<Dataset> parts) {
    return TextOnlyGuesser.learn(training)
        .map(
            guesser ->
                parts.stream()
                    .map(part -> blindScores(part.name(), guesser, TextOnlyGuesser.answered(part)))
                    .flatMap(Optional::stream)
                    .toList())
        .orElse(List.of());
  }

  private static Optional<BlindScores> blindScores(
      String name, TextOnlyGuesser guesser, List<Example> examples) {
    if (examples.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new BlindScores(
            name,
            examples.size(),
            guesser.majority(),
            examples.stream().mapToDouble(guesser::majorityScore).average().orElseThrow(),
            examples.stream().mapToDouble(guesser::wordsScore).average().orElseThrow()));
  }

  /** Answers with their counts, the most frequent first, equals by name. */
  static List<AnswerCount> byFrequency(Map<String, Long> answers) {
    return answers.entrySet().stream()
        .map(entry -> new AnswerCount(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparingLong(AnswerCount::count)
                .reversed()
                .thenComparing(AnswerCount::answer))
        .toList();
  }

  private static int words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  private static Lengths lengths(List<Integer> lengths) {
    var summary = lengths.stream().mapToInt(Integer::intValue).summaryStatistics();
    return lengths.isEmpty()
        ? new Lengths(0, 0, 0)
        : new Lengths(summary.getMin(), summary.getAverage(), summary.getMax());
  }
}

package org.dide.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.dide.InputException;

/**
 * The answers that a VQA model chooses among; an answer's id is its position.
 *
 * <p>As a file, JSON: {@code {"answers": ["no", "yes"], "counts": [25, 17]}}, where {@code counts}
 * says how often each was given in the data and may be missing.
 */
public final class AnswerVocabulary {
  private static final String ANSWERS = "answers";
  private static final String COUNTS = "counts";

  private final List<String> answers;
  private final List<Long> counts;
  private final Map<String, Integer> ids;

  private AnswerVocabulary(List<String> answers, List<Long> counts, String source) {
    this.answers = List.copyOf(answers);
    this.counts = List.copyOf(counts);
    this.ids = new HashMap<>();
    if (answers.isEmpty()) {
      throw new InputException(source + ": no answers; at least one is needed");
    }
    if (!counts.isEmpty() && counts.size() != answers.size()) {
      throw new InputException(
          "%s: %d answers but %d counts".formatted(source, answers.size(), counts.size()));
    }
    for (int id = 0; id < answers.size(); id++) {
      Integer first = ids.putIfAbsent(answers.get(id), id);
      if (first != null) {
        throw new InputException(
            "%s: answer %d repeats \"%s\" of answer %d; each may stand once"
                .formatted(source, id, answers.get(id), first));
      }
    }
  }

  /**
   * Takes answers in the order of their ids.
   *
   * @throws InputException if there are none or one stands twice
   */
  public static AnswerVocabulary of(List<String> answers) {
    return new AnswerVocabulary(answers, List.of(), "answer vocabulary");
  }

  /**
   * Takes answers in the map's order, with how often each was given.
   *
   * @throws InputException if there are none
   */
  public static AnswerVocabulary counted(Map<String, Long> counts) {
    return new AnswerVocabulary(
        List.copyOf(counts.keySet()), List.copyOf(counts.values()), "answer vocabulary");
  }

  /**
   * Collects the answers of training data that brings no list of its own.
   *
   * @param minimumCount how many examples must have an answer for it to be kept
   * @return ids by first appearance in the first epoch
   * @throws InputException if no answer is frequent enough
   */
  public static AnswerVocabulary ofTraining(Dataset train, int minimumCount) {
    Map<String, Long> counts = new LinkedHashMap<>();
    train.stream(0)
        .map(Example::label)
        .filter(Label.Answers.class::isInstance)
        .map(Label.Answers.class::cast)
        .flatMap(known -> known.scores().keySet().stream())
        .forEach(answer -> counts.merge(answer, 1L, Long::sum));
    counts.values().removeIf(count -> count < minimumCount);
    if (counts.isEmpty()) {
      throw new InputException(
          "%s: no answer is known of %d examples or more".formatted(train.name(), minimumCount));
    }
    return counted(counts);
  }

  /**
   * Reads the JSON described above.
   *
   * @throws InputException if the file cannot be read or holds something else
   */
  public static AnswerVocabulary read(Path file) {
    JsonNode json = JsonFiles.readObject(file);
    JsonRecord vocabulary = new JsonRecord(file.toString(), json);
    vocabulary.allowOnly(Set.of(ANSWERS, COUNTS));
    List<Long> counts = new ArrayList<>();
    vocabulary
        .optional(COUNTS)
        .ifPresent(
            list ->
                list.forEach(
                    count -> {
                      if (!count.isIntegralNumber()) {
                        throw vocabulary.problem(COUNTS, JsonRecord.shown(count), "whole numbers");
                      }
                      counts.add(count.longValue());
                    }));
    return new AnswerVocabulary(vocabulary.texts(ANSWERS), counts, file.toString());
  }

  /**
   * Reads a text file of one answer a line.
   *
   * @throws InputException if the file cannot be read, is empty or repeats an answer
   */
  public static AnswerVocabulary readLines(Path file) {
    return new AnswerVocabulary(TextFiles.lines(file), List.of(), file.toString());
  }

  /** How many answers there are; ids lie in [0, size). */
  public int size() {
    return answers.size();
  }

  /** All answers, in the order of their ids. */
  public List<String> answers() {
    return answers;
  }

  /** How often each answer was given, in the order of ids; empty where that is not known. */
  public List<Long> counts() {
    return counts;
  }

  /** The answer with an id. */
  public String answer(int id) {
    return answers.get(id);
  }

  /** The id of an answer, if the vocabulary has it. */
  public OptionalInt find(String answer) {
    Integer id = ids.get(answer);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }
}

package org.dide.exchange;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.dide.data.AnswerVocabulary;
import org.dide.data.TaskName;
import org.dide.text.Vocabulary;

/**
 * What a person says about a model that is brought in, beside what its files say.
 *
 * @param task what it is to do, if not what the files say
 * @param answers by class, where the files do not name them
 * @param vocabulary of texts, where the files bring none
 * @param imageSize pixels of a picture's shorter side, if another than the model's own; positions
 *     of patches are stretched
 * @param heads attention heads, where the files do not say
 * @param part of a student's checkpoint that carries its teacher too
 * @param allowedMissing patterns of parameters that may be absent and are then drawn
 * @param leftOut patterns of parameters that are there and not wanted
 * @param seed of what is drawn
 */
public record ImportSettings(
    Optional<TaskName> task,
    Optional<AnswerVocabulary> answers,
    Optional<Vocabulary> vocabulary,
    OptionalInt imageSize,
    OptionalInt heads,
    Part part,
    List<String> allowedMissing,
    List<String> leftOut,
    long seed) {
  /** Keeps unmodifiable copies of the lists. */
  public ImportSettings {
    allowedMissing = List.copyOf(allowedMissing);
    leftOut = List.copyOf(leftOut);
  }

  /** Which of the models in a checkpoint. */
  public enum Part {
    /** The model that was trained. */
    MODEL,
    /** The one it learnt from. */
    TEACHER
  }

  /** Nothing beside what the files say. */
  public static ImportSettings none() {
    return new ImportSettings(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Part.MODEL,
        List.of(),
        List.of(),
        0);
  }

  /** The same with the answers by class. */
  public ImportSettings withAnswers(AnswerVocabulary named) {
    return new ImportSettings(
        task,
        Optional.of(named),
        vocabulary,
        imageSize,
        heads,
        part,
        allowedMissing,
        leftOut,
        seed);
  }

  /** The same with patterns of parameters that may be absent. */
  public ImportSettings withAllowedMissing(List<String> patterns) {
    return new ImportSettings(
        task, answers, vocabulary, imageSize, heads, part, patterns, leftOut, seed);
  }
}

package org.dide.data.scenes;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dide.InputException;
import org.dide.data.Label;
import org.dide.data.TaskName;
import org.dide.random.Draws;

/** What a task asks or says about scenes, or describes them by. */
sealed interface SceneTexts permits SceneQuestions, ScenePairs, SceneClaims, SceneCaptions {
  /** The texts of a task, about a cast. */
  static SceneTexts of(TaskName task, Cast cast) {
    return switch (task) {
      case VQA -> new SceneQuestions(cast);
      case REASONING -> new ScenePairs(cast);
      case ENTAILMENT -> new SceneClaims(cast);
      case RETRIEVAL, PRETRAINING -> new SceneCaptions(task, cast);
      case STATEMENT -> throw notDrawnFor(task);
    };
  }

  /** Every word that a model of a task needs, with the texts' marks, in alphabetical order. */
  static List<String> words(TaskName task) {
    return switch (task) {
      case VQA -> SceneQuestions.words();
      case REASONING -> ScenePairs.words();
      case ENTAILMENT -> SceneClaims.words();
      case RETRIEVAL -> SceneCaptions.words();
      case PRETRAINING -> wordsOfAll();
      case STATEMENT -> throw notDrawnFor(task);
    };
  }

  /** What is pre-trained is fine-tuned with the same vocabulary, for whichever task. */
  private static List<String> wordsOfAll() {
    SortedSet<String> words = new TreeSet<>(SceneCaptions.words());
    words.addAll(SceneQuestions.words());
    words.addAll(ScenePairs.words());
    words.addAll(SceneClaims.words());
    return List.copyOf(words);
  }

  private static InputException notDrawnFor(TaskName task) {
    return new InputException(
        "scenes: found the task %s, allowed are vqa, reasoning, entailment, retrieval, pretraining"
            .formatted(task));
  }

  /** The task that these are for. */
  TaskName task();

  /** A text of the stage's mixture, with its scenes. */
  SceneText draw(Stage stage, Draws draws);

  /** A text's answer, as the task's examples have it. */
  default Label label(String answer) {
    return new Label.Choice(answer);
  }

  /**
   * Refuses a stage that has kinds of another task.
   *
   * @throws InputException naming the kind
   */
  default void requireKinds(Stage stage) {
    List<SceneKind> allowed = SceneKind.of(task());
    for (SceneKind kind : SceneKind.values()) {
      if (stage.mixture().containsKey(kind) && !allowed.contains(kind)) {
        throw new InputException(
            "scenes.stages.mixture.%s: found a kind of the task %s; allowed for the task %s: %s"
                .formatted(kind, kind.task(), task(), allowed));
      }
    }
  }

  /** What the texts of every task are made of: phrasings, values, their attributes and nouns. */
  static SortedSet<String> commonWords(TaskName task) {
    SortedSet<String> words = new TreeSet<>(List.of("a", "an", "object", "objects"));
    for (SceneKind kind : SceneKind.of(task)) {
      for (String phrasing : kind.phrasings()) {
        addWords(words, phrasing.replaceAll("%(\\d\\$)?s", " ").replaceAll("([?.])", " $1"));
      }
    }
    for (Direction direction : Direction.values()) {
      addWords(words, direction.words());
    }
    for (Attribute attribute : Attribute.values()) {
      words.add(attribute.word());
      attribute.choices().forEach(value -> words.add(value.word()));
    }
    for (Shape shape : Shape.values()) {
      words.add(Description.plural(shape.word()));
    }
    return words;
  }

  private static void addWords(SortedSet<String> words, String text) {
    words.addAll(List.of(text.strip().split("\\s+")));
  }
}

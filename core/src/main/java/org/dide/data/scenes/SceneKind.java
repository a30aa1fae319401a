package org.dide.data.scenes;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.dide.data.TaskName;

/** Kinds of questions, statements and captions, each of one task, with their phrasings. */
public enum SceneKind {
  /** Is there such an object? Given: "a red circle", "red circles". */
  EXISTS(TaskName.VQA, "is there %1$s?", "are there any %2$s?", "does the picture show %1$s?"),
  /** How many such objects are there? Given: "red circles". */
  COUNT(TaskName.VQA, "how many %s are there?", "how many %s can you see?"),
  /** What is the one such object like? Given: "color", "large circle". */
  ATTRIBUTE(TaskName.VQA, "what %s is the %s?", "what is the %s of the %s?"),
  /** In which row or column is the one such object? Given: "row", "red circle". */
  WHERE(TaskName.VQA, "in which %s is the %s?", "which %s is the %s in?"),
  /** What is the object in a cell like? Given: "shape", row and column, counted from 1. */
  PLACE(
      TaskName.VQA,
      "what %s is the object in row %s and column %s?",
      "what %s is the thing in row %s and column %s?"),
  /** Are there more, fewer, or as many of these as of those? Given: "red objects", "circles". */
  COMPARISON(
      TaskName.VQA,
      "are there more %s than %s?",
      "are there fewer %s than %s?",
      "are there as many %s as %s?"),
  /** What is the object beside another like? Given: "shape", "just above", "red circle". */
  RELATION(TaskName.VQA, "what %s is the object %s the %s?", "what %s is the thing %s the %s?"),
  /** Is there such an object beside another? Given: "a circle", "just above", "red square". */
  NEIGHBOUR(TaskName.VQA, "is there %s %s the %s?", "do you see %s %s the %s?"),
  /** What is the object beside the object beside another like? */
  TWO_HOP(
      TaskName.VQA,
      "what %s is the object %s the object %s the %s?",
      "what %s is the thing %s the thing %s the %s?"),

  /** Both pictures show such an object; or one alone. Given: "a red circle". */
  BOTH(TaskName.REASONING, "both pictures show %s.", "there is %s in each picture."),
  /** Only the left, only the right, or only one picture shows such an object. */
  ONLY(
      TaskName.REASONING,
      "only the left picture shows %s.",
      "only the right picture shows %s.",
      "exactly one picture shows %s."),
  /** One picture shows more, or fewer, such objects than the other. Given: "red circles". */
  MORE(
      TaskName.REASONING,
      "there are more %s in the left picture than in the right one.",
      "there are fewer %s in the left picture than in the right one."),
  /** Both pictures show equally many such objects; or their numbers differ by one. */
  SAME_NUMBER(
      TaskName.REASONING,
      "both pictures show the same number of %s.",
      "there are as many %s in the left picture as in the right one."),
  /** So many such objects are in both pictures taken together. Given: 3, "red circles". */
  TOGETHER(TaskName.REASONING, "there are %s %s in the two pictures together."),
  /** The one such object is alike in both pictures. Given: "color", "circle". */
  SAME_LOOK(
      TaskName.REASONING,
      "the %1$s of the %2$s is the same in both pictures.",
      "the %2$s has the same %1$s in both pictures."),
  /** Both pictures show such an object beside another; or one has it elsewhere. */
  BOTH_BESIDE(
      TaskName.REASONING,
      "in both pictures there is %s %s the %s.",
      "each picture shows %s %s the %s."),
  /** The object beside another is alike in both pictures. */
  SAME_BESIDE(
      TaskName.REASONING,
      "the object %2$s the %3$s has the same %1$s in both pictures.",
      "the %1$s of the object %2$s the %3$s is the same in both pictures."),

  /** There is such an object, or none. Given: "a red circle", "red circle". */
  SHOWN(
      TaskName.ENTAILMENT,
      "there is %1$s.",
      "there is no %2$s.",
      "the picture shows %1$s.",
      "the picture shows no %2$s."),
  /** There are at least, at most, or exactly so many such objects. Given: 2, "red circles". */
  NUMBER(
      TaskName.ENTAILMENT,
      "there are at least %s %s.",
      "there are at most %s %s.",
      "there are exactly %s %s."),
  /** The one such object is like this. Given: "circle", "red". */
  LOOK(TaskName.ENTAILMENT, "the %s is %s."),
  /** The object in a cell is like this. Given: row and column, counted from 1, "a circle". */
  CELL(
      TaskName.ENTAILMENT,
      "the object in row %s and column %s is %s.",
      "the thing in row %s and column %s is %s."),
  /** Such an object stands beside another. Given: "a circle", "just above", "red square". */
  BESIDE(TaskName.ENTAILMENT, "there is %s %s the %s.", "the picture shows %s %s the %s."),
  /** Two objects are alike in one respect. Given: "circle", "square", "color". */
  ALIKE(
      TaskName.ENTAILMENT,
      "the %s and the %s have the same %s.",
      "the %1$s has the same %3$s as the %2$s."),

  /** Up to four objects of the picture. Given: "a red circle and a blue square". */
  NAMED(TaskName.RETRIEVAL, Captions.PHRASINGS),
  /** Up to three objects, each with its row and column. */
  PLACED(TaskName.RETRIEVAL, Captions.PHRASINGS),
  /** Up to two pairs of objects beside each other. */
  RELATED(TaskName.RETRIEVAL, Captions.PHRASINGS),
  /** How many there are of up to three sorts. Given: "2 circles and 1 red object". */
  COUNTED(TaskName.RETRIEVAL, Captions.PHRASINGS);

  private final TaskName task;

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
  private final List<String> phrasings;

  SceneKind(TaskName task, String... phrasings) {
    this.task = task;
    this.phrasings = List.of(phrasings);
  }

  /** The kinds of a task, in order; pre-training has those of retrieval. */
  public static List<SceneKind> of(TaskName task) {
    TaskName whose = task == TaskName.PRETRAINING ? TaskName.RETRIEVAL : task;
    return Arrays.stream(values()).filter(kind -> kind.task == whose).toList();
  }

  /** The task whose questions, statements or captions these are. */
  public TaskName task() {
    return task;
  }

  /** The name that scores by kind carry, such as {@code two-hop}. */
  public String type() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The name as a mixture has it, such as {@code two_hop}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Formats of the texts. */
  List<String> phrasings() {
    return phrasings;
  }

  /** Captions say whatever they say in the same ways. */
  private static final class Captions {
    private static final String[] PHRASINGS = {"%s.", "a picture of %s.", "this picture shows %s."};
  }
}

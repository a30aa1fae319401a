package org.dide.data;

import java.util.List;
import java.util.Locale;

/** What is asked of examples, by the name that recipes and models carry. */
public enum TaskName {
  /** Open-ended questions about one picture (VQA v2). */
  VQA(1, List.of()),
  /** Whether a statement about one picture is true (NLVR). */
  STATEMENT(1, List.of("false", "true")),
  /** Whether a statement about two pictures is true (NLVR2). */
  REASONING(2, List.of("false", "true")),
  /** Whether a picture entails a statement (SNLI-VE). */
  ENTAILMENT(1, List.of("contradiction", "entailment", "neutral")),
  /** Which caption belongs to which picture (Flickr30k, COCO). */
  RETRIEVAL(1, List.of("mismatch", "match")),
  /** Captions, as retrieval has them, and the words that they hide (ViLT's pre-training). */
  PRETRAINING(1, RETRIEVAL.classes);

  private final int pictures;

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
  private final List<String> classes;

  TaskName(int pictures, List<String> classes) {
    this.pictures = pictures;
    this.classes = classes;
  }

  /** How many pictures each text is about. */
  public int pictures() {
    return pictures;
  }

  /** Whether each text has an answer; otherwise texts and pictures are compared. */
  public boolean answers() {
    return this != RETRIEVAL && this != PRETRAINING;
  }

  /** All answers by class, in the reference's order, where the task alone says them; else none. */
  public List<String> classes() {
    return classes;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

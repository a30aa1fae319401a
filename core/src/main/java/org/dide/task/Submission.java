package org.dide.task;

/** A file of answers in the making, as the public evaluation of a task takes it. */
public interface Submission {
  /**
   * Adds an answer.
   *
   * @param id the example's
   * @param answer what the model is surest of
   * @throws org.dide.InputException if the evaluation takes no such id
   */
  void add(String id, String answer);

  /** The file's content so far. */
  String content();
}

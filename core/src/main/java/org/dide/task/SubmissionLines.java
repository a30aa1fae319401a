package org.dide.task;

import java.util.function.BinaryOperator;

/** A submission of one line for each answer. */
final class SubmissionLines implements Submission {
  private final BinaryOperator<String> line;
  private final StringBuilder lines = new StringBuilder();

  /** A submission whose lines are made of an id and an answer. */
  SubmissionLines(BinaryOperator<String> line) {
    this.line = line;
  }

  @Override
  public void add(String id, String answer) {
    lines.append(line.apply(id, answer)).append('\n');
  }

  @Override
  public String content() {
    return lines.toString();
  }
}

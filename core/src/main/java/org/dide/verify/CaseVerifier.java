package org.dide.verify;

/** Knows how to run one kind of golden case. */
interface CaseVerifier {
  /** Whether this is for the case, going by its kind and, where it has one, its task. */
  boolean handles(GoldenCase golden);

  /**
   * Runs the case and compares everything that it expects.
   *
   * @throws RuntimeException if it cannot be run; it then counts as failed
   */
  void verify(GoldenCase golden, Comparison comparison);
}

package org.dide.data;

import org.dide.InputException;
import org.slf4j.LoggerFactory;

/**
 * Hears of what a reader cannot use. The reader leaves that record out and goes on, unless the
 * listener throws.
 */
@FunctionalInterface
public interface ProblemListener {
  /** Stops the reading at the first problem. */
  ProblemListener STOP =
      problem -> {
        throw problem;
      };

  /**
   * Something is wrong.
   *
   * @param problem names file, record and field, what was found and what is allowed
   */
  void onProblem(InputException problem);

  /**
   * Records are left out that the format or the settings say are not to be used. This is no
   * problem; a detail of the log unless overridden.
   *
   * @param what names file and field, and says how many and why
   */
  default void onLeftOut(String what) {
    LoggerFactory.getLogger(ProblemListener.class).info("{}", what);
  }

  /**
   * A file of many, or a record of a file of many, cannot be read and is left out; whoever has
   * millions of them goes on without. Logged unless overridden.
   *
   * @param problem names it and says why
   */
  default void onUnreadable(InputException problem) {
    LoggerFactory.getLogger(ProblemListener.class).warn("left out: {}", problem.getMessage());
  }
}

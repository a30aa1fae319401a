package org.dide.data;

import java.util.Locale;

/** The parts of a data set. */
public enum Split {
  /** What models learn from. */
  TRAIN,
  /** What models are chosen by. */
  DEV,
  /** What is looked at once, at the end. */
  TEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.dide.model;

import java.util.Locale;

/** In which numbers the linear maps that a question goes through are held; see {@link TextSide}. */
public enum Weights {
  /** As they are trained. */
  FP32,
  /** Rounded to float16: half the bytes to read for each question. */
  FP16;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

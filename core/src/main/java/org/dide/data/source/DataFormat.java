package org.dide.data.source;

import java.util.Locale;

/** The formats of data that can be read. */
public enum DataFormat {
  /** Generated scenes. */
  SCENES,
  /** easy-VQA's folder. */
  EASY_VQA,
  /** VQA v2's JSON files and picture folders. */
  VQA_V2,
  /** One's own examples. */
  JSONL;

  /** Whether it is drawn by the library and so has no path. */
  public boolean isGenerated() {
    return this == SCENES;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

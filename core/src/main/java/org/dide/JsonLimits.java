package org.dide;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;

/** What JSON may hold that comes with a model of others: far more than any of them needs. */
public final class JsonLimits {
  /** Longest key, in characters. */
  public static final int LONGEST_NAME = 1000;

  /** Longest string, in characters. */
  public static final int LONGEST_TEXT = 1 << 18;

  /** Deepest nesting. */
  public static final int DEEPEST = 100;

  private JsonLimits() {}

  /** Parses within these limits; what keys a file has is not remembered for later ones. */
  public static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNameLength(LONGEST_NAME)
                .maxStringLength(LONGEST_TEXT)
                .maxNestingDepth(DEEPEST)
                .build())
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .build();
  }
}

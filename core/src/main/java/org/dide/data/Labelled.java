package org.dide.data;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Examples whose answers are known: what can be learnt from without a teacher. */
public final class Labelled {
  private static final Logger LOG = LoggerFactory.getLogger(Labelled.class);

  private Labelled() {}

  /** The same data without examples whose answers are not known; the log tells how many. */
  public static Dataset of(Dataset data) {
    if (data instanceof Mix mix) {
      return mix.map(Labelled::of);
    }
    if (!(data instanceof ExampleList list)) {
      return data; // captions, and what is drawn
    }
    ExampleList known = list.where(example -> example.label().isKnown());
    int left = list.size() - known.size();
    if (left > 0) {
      LOG.warn(
          "{}: {} of {} examples are left out, their answers are not known",
          list.name(),
          left,
          list.size());
    }
    return known;
  }
}

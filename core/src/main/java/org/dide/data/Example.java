package org.dide.data;

import java.util.List;

/**
 * One text about one picture (or several), with what is known of its answer.
 *
 * @param id the data set's own identifier, kept for submission files and messages
 * @param pictures the pictures the text is about, in order
 * @param text the question, statement or caption
 * @param label the right answer, where known
 * @param type the kind of question, for scores by kind; empty if the data set has none
 */
public record Example(String id, List<Picture> pictures, String text, Label label, String type) {
  /** Keeps an unmodifiable copy of the list. */
  public Example {
    pictures = List.copyOf(pictures);
  }

  /** The same under another id, about other pictures. */
  Example as(String otherId, List<Picture> others) {
    return new Example(otherId, others, text, label, type);
  }
}

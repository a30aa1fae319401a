package org.dide.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a file of one's own data.
 *
 * @param place file and line, for messages
 * @param id as written; stands once in the file
 * @param pictures one, or several in order
 * @param content what is said or asked about them
 * @param split the part of the data it belongs to
 * @param type the kind of question; empty if the line names none
 * @see OwnJsonl
 */
public record OwnRecord(
    String place, String id, List<Picture> pictures, Content content, Split split, String type) {
  /** Keeps an unmodifiable copy of the list. */
  public OwnRecord {
    pictures = List.copyOf(pictures);
  }

  /** What is said or asked about pictures, with what is known of it. */
  public sealed interface Content {
    /** A question with its answers' scores; none where the answer is not known. */
    record Question(String text, Map<String, Double> answers) implements Content {}

    /** A statement that follows from, contradicts or leaves open what a picture shows. */
    record Entailment(String text, Optional<String> label) implements Content {}

    /** A statement that holds or does not. */
    record Truth(String text, boolean holds) implements Content {}

    /** Descriptions of the picture. */
    record Captions(List<String> texts) implements Content {}
  }
}

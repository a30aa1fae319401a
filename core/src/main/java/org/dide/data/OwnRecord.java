package org.dide.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;

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

  /**
   * The record as examples of a task: one, or one for each caption.
   *
   * @throws InputException if it is none, naming the field
   */
  List<Example> examples(TaskName task) {
    if (pictures.size() != task.pictures()) {
      throw problem(
          pictures.size() == 1 ? "image" : "images",
          pictures.size() + " pictures",
          "%d, as the task is %s".formatted(task.pictures(), task));
    }
    return switch (task) {
      case VQA -> List.of(question());
      case STATEMENT, REASONING -> List.of(truth());
      case ENTAILMENT -> List.of(entailment(task.classes()));
      case RETRIEVAL, PRETRAINING -> captions();
    };
  }

  /** Each caption is named after the record and its place in it: {@code c1#0}. */
  private List<Example> captions() {
    if (!(content instanceof Content.Captions captions)) {
      throw problem("captions", "nothing", "captions, as the task is to find them");
    }
    List<Example> examples = new ArrayList<>();
    for (String text : captions.texts()) {
      String name = "%s#%d".formatted(id, examples.size());
      examples.add(new Example(name, pictures, text, new Label.Described(), type));
    }
    return examples;
  }

  private Example question() {
    if (!(content instanceof Content.Question question)) {
      throw problem("question", "nothing", "a question, as the task is to answer them");
    }
    return example(
        question.text(),
        question.answers().isEmpty() ? new Label.Unknown() : new Label.Answers(question.answers()));
  }

  private Example truth() {
    if (content instanceof Content.Truth truth) {
      return example(truth.text(), new Label.Choice(Boolean.toString(truth.holds())));
    }
    if (content instanceof Content.Entailment open && open.label().isEmpty()) {
      return example(open.text(), new Label.Unknown());
    }
    throw problem("label", found(), "a statement that is true or false, or one without a label");
  }

  private Example entailment(List<String> classes) {
    if (content instanceof Content.Entailment statement
        && statement.label().map(classes::contains).orElse(true)) {
      Optional<Label> label = statement.label().map(Label.Choice::new);
      return example(statement.text(), label.orElseGet(Label.Unknown::new));
    }
    throw problem("label", found(), "a statement with one of %s, or none".formatted(classes));
  }

  private String found() {
    if (content instanceof Content.Truth truth) {
      return Boolean.toString(truth.holds());
    }
    return content instanceof Content.Entailment statement
        ? statement.label().map(label -> '"' + label + '"').orElse("none")
        : "no statement";
  }

  private Example example(String text, Label label) {
    return new Example(id, pictures, text, label, type);
  }

  private InputException problem(String field, String found, String allowed) {
    return new InputException(
        "%s: field \"%s\": found %s; allowed: %s".formatted(place, field, found, allowed));
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

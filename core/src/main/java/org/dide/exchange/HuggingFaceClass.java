package org.dide.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.data.JsonRecord;
import org.dide.data.TaskName;

/**
 * The classes of ViLT models in the transformers library, and the tasks that ours do as they do.
 */
enum HuggingFaceClass {
  /** An encoder without a head. */
  MODEL("ViltModel", TaskName.PRETRAINING),
  /** With a head for the words that a text hides. */
  MASKED_LANGUAGE_MODEL("ViltForMaskedLM", TaskName.PRETRAINING),
  /** With a classifier of one picture. */
  QUESTION_ANSWERING("ViltForQuestionAnswering", TaskName.VQA),
  /** With a classifier of pictures side by side. */
  IMAGES_AND_TEXT("ViltForImagesAndTextClassification", TaskName.REASONING),
  /** With a score of how well a text and a picture match. */
  RETRIEVAL("ViltForImageAndTextRetrieval", TaskName.RETRIEVAL);

  private final String written;
  private final TaskName task;

  HuggingFaceClass(String written, TaskName task) {
    this.written = written;
    this.task = task;
  }

  /** Its name in {@code config.json}. */
  String written() {
    return written;
  }

  /** What it does. */
  TaskName task() {
    return task;
  }

  /**
   * The class that does a task: any with one picture and classes of its own is a classifier of the
   * shape that question answering has.
   */
  static HuggingFaceClass of(TaskName task) {
    return switch (task) {
      case VQA, STATEMENT, ENTAILMENT -> QUESTION_ANSWERING;
      case REASONING -> IMAGES_AND_TEXT;
      case RETRIEVAL -> RETRIEVAL;
      case PRETRAINING -> MASKED_LANGUAGE_MODEL;
    };
  }

  /**
   * The class that a configuration names.
   *
   * @throws InputException if it names none of these, or not exactly one
   */
  static HuggingFaceClass of(JsonRecord configuration) {
    List<String> named = configuration.texts("architectures");
    Optional<HuggingFaceClass> known =
        Arrays.stream(values()).filter(each -> named.equals(List.of(each.written))).findFirst();
    return known.orElseThrow(
        () ->
            configuration.problem(
                "architectures",
                named.toString(),
                "one of "
                    + Arrays.stream(values())
                        .map(HuggingFaceClass::written)
                        .collect(Collectors.joining(", "))));
  }
}

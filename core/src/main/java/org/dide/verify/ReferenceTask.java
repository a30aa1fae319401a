package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.task.Classification;
import org.dide.task.Task;
import org.dide.task.VisualEntailment;
import org.dide.task.VisualQuestionAnswering;
import org.dide.task.VisualReasoning;

/**
 * A task, as the reference's cases tell of it.
 *
 * @param name the reference's name
 * @param task ours
 * @param targets the name of the targets among a case's expectations
 * @param metric the metric's name in the reference's log
 */
record ReferenceTask(String name, Task task, String targets, String metric) {
  private static final Set<String> NAMES = Set.of("vqa", "nlvr2", "snli_ve");

  static boolean isKnown(String name) {
    return NAMES.contains(name);
  }

  /** The task of that name. */
  static ReferenceTask of(String name, ReferenceConfig config) {
    return switch (name) {
      case "vqa" ->
          new ReferenceTask(
              name,
              new VisualQuestionAnswering(numbered(config.integer("vqav2_label_size"))),
              "vqa_targets",
              "score");
      case "nlvr2" -> new ReferenceTask(name, new VisualReasoning(), "nlvr2_labels", "accuracy");
      case "snli_ve" ->
          new ReferenceTask(name, new VisualEntailment(), "snli_ve_labels", "accuracy");
      default ->
          throw new InputException("task: found '%s', allowed are %s".formatted(name, NAMES));
    };
  }

  private static List<String> numbered(int answers) {
    return IntStream.range(0, answers).mapToObj(Integer::toString).toList();
  }

  /** Pictures of an example. */
  int pictures() {
    return task.head().pictures();
  }

  /** Rows of the modality embedding: text, and each picture of an example. */
  int modalities() {
    return 1 + pictures();
  }

  /** Targets as the reference has them: the numbers of classes where one is right. */
  Tensor labels(Tensor targets) {
    return task instanceof Classification
        ? targets.argmax(new LongOptional(1), false) // (B, C) -> (B)
        : targets;
  }

  /** True heights and widths, for each picture of an example. */
  List<JsonNode> sizes(JsonNode golden) {
    JsonNode first = GoldenCase.field(golden, "image_sizes_hw", "case");
    return pictures() == 1
        ? List.of(first)
        : List.of(first, GoldenCase.field(golden, "image2_sizes_hw", "case"));
  }

  /** The same where a case has several batches. */
  List<JsonNode> sizes(JsonNode golden, int batch) {
    return sizes(golden).stream().map(sizes -> sizes.path(batch)).toList();
  }

  /** A batch's examples, as far as their answers are concerned. */
  List<Example> examples(JsonNode batch) {
    return task instanceof Classification ? statements(batch) : questions(batch);
  }

  /** Classes come as their numbers, true and false as themselves. */
  private List<Example> statements(JsonNode batch) {
    List<Example> examples = new ArrayList<>();
    for (JsonNode answer : Json.list(batch.path("answers"), "answers")) {
      String choice =
          answer.isBoolean()
              ? answer.asText()
              : task.answers().get(Json.integer(answer, "answers"));
      examples.add(
          new Example(
              Integer.toString(examples.size()), List.of(), "", new Label.Choice(choice), ""));
    }
    return examples;
  }

  private static List<Example> questions(JsonNode batch) {
    List<JsonNode> labels = Json.list(batch.path("vqa_labels"), "vqa_labels");
    List<JsonNode> scores = Json.list(batch.path("vqa_scores"), "vqa_scores", labels.size());
    List<Example> examples = new ArrayList<>();
    for (int row = 0; row < labels.size(); row++) {
      List<JsonNode> known = Json.listOrEmpty(labels.get(row), "vqa_labels");
      List<JsonNode> worth = Json.list(scores.get(row), "vqa_scores", known.size());
      Map<String, Double> answers = new LinkedHashMap<>();
      for (int i = 0; i < known.size(); i++) {
        String answer = Integer.toString(Json.integer(known.get(i), "vqa_labels"));
        answers.put(answer, Json.number(worth.get(i), "vqa_scores"));
      }
      examples.add(
          new Example(Integer.toString(row), List.of(), "", new Label.Answers(answers), ""));
    }
    return examples;
  }
}

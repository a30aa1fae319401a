package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;

/**
 * A task, as the reference's cases tell of it.
 *
 * @param name the reference's name
 * @param task ours
 * @param targets the name of the targets among a case's expectations
 */
record ReferenceTask(String name, Task task, String targets) {
  private static final String VQA = "vqa";

  static boolean isKnown(String name) {
    return name.equals(VQA);
  }

  /** The task of that name. */
  static ReferenceTask of(String name, ReferenceConfig config) {
    if (!isKnown(name)) {
      throw new InputException("task: found '%s', allowed is %s".formatted(name, VQA));
    }
    List<String> answers =
        IntStream.range(0, config.integer("vqav2_label_size")).mapToObj(Integer::toString).toList();
    return new ReferenceTask(name, new VisualQuestionAnswering(answers), "vqa_targets");
  }

  /** Pictures of an example. */
  int pictures() {
    return task.head().pictures();
  }

  /** Rows of the modality embedding: text, and each picture of an example. */
  int modalities() {
    return 1 + pictures();
  }

  /** The metric's name in the reference's log. */
  String metric() {
    return "score";
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

package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.task.VqaSubmission;
import org.dide.task.VqaSubmission.Answered;
import org.dide.tensor.Tensors;

/** VQA's score, by batch and over all, and the leaderboard's file. */
final class MetricsVerifier implements CaseVerifier {
  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("vqa_test") || golden.kind().equals("metrics");
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    if (golden.kind().equals("vqa_test")) {
      verifyTest(golden, comparison);
    } else {
      verifyMetrics(golden, comparison);
    }
  }

  private static void verifyMetrics(GoldenCase golden, Comparison comparison) {
    Map<String, Tensor> tensors = golden.tensors("tensors.safetensors");
    for (var field : Json.fields(golden.field("expected"), "expected").entrySet()) {
      String name = field.getKey();
      switch (name) {
        case "vqa_score" -> verifyScores(Json.list(field.getValue(), name), tensors, comparison);
        case "accuracy" -> verifyAccuracy(Json.list(field.getValue(), name), tensors, comparison);
        case "scalar" -> verifyMeans(Json.list(field.getValue(), name), comparison);
        default -> comparison.skip(name);
      }
    }
  }

  private static void verifyScores(
      List<JsonNode> steps, Map<String, Tensor> tensors, Comparison comparison) {
    compareCount("vqa_score: steps", tensors, "vqa\\.\\d+\\.logits", steps.size(), comparison);
    RunningMean running = new RunningMean();
    for (int i = 0; i < steps.size(); i++) {
      Tensor logits = GoldenCase.tensor(tensors, "vqa.%d.logits".formatted(i));
      Tensor targets = GoldenCase.tensor(tensors, "vqa.%d.target".formatted(i));
      RunningMean step = new RunningMean();
      for (float score : numbered(logits.size(1)).scores(logits, targets)) {
        step.add(score);
        running.add(score);
      }
      String name = "vqa_score %d: ".formatted(i);
      JsonNode expected = steps.get(i);
      compare(name, "step", step.value(), expected, comparison);
      compare(name, "running", running.value(), expected, comparison);
      compare(name, "score", running.sum(), expected, comparison);
      compare(name, "total", (double) running.count(), expected, comparison);
    }
  }

  private static void verifyAccuracy(
      List<JsonNode> steps, Map<String, Tensor> tensors, Comparison comparison) {
    compareCount("accuracy: steps", tensors, "accuracy\\.\\d+\\.logits", steps.size(), comparison);
    RunningMean running = new RunningMean();
    for (int i = 0; i < steps.size(); i++) {
      Tensor logits = GoldenCase.tensor(tensors, "accuracy.%d.logits".formatted(i));
      long[] right = Tensors.longs(GoldenCase.tensor(tensors, "accuracy.%d.target".formatted(i)));
      float[] scores =
          numbered(logits.size(1)).scores(logits, ones(right, Math.toIntExact(logits.size(1))));
      RunningMean step = new RunningMean();
      for (int row = 0; row < right.length; row++) {
        if (right[row] >= 0) { // -100: not known
          step.add(scores[row]);
          running.add(scores[row]);
        }
      }
      String name = "accuracy %d: ".formatted(i);
      JsonNode expected = steps.get(i);
      compare(name, "step", step.value(), expected, comparison);
      compare(name, "running", running.value(), expected, comparison);
      compare(name, "correct", running.sum(), expected, comparison);
      compare(name, "total", (double) running.count(), expected, comparison);
    }
  }

  /** 1 for the right class of each row, where it is known: {@code (B, C)}. */
  private static Tensor ones(long[] right, int classes) {
    float[] targets = new float[right.length * classes];
    for (int row = 0; row < right.length; row++) {
      if (right[row] >= 0) {
        targets[row * classes + Math.toIntExact(right[row])] = 1;
      }
    }
    return Tensors.of(targets, right.length, classes);
  }

  private static void verifyMeans(List<JsonNode> steps, Comparison comparison) {
    RunningMean running = new RunningMean();
    for (int i = 0; i < steps.size(); i++) {
      running.add(Json.number(steps.get(i).path("value"), "value"));
      String name = "scalar %d: ".formatted(i);
      compare(name, "running", running.value(), steps.get(i), comparison);
    }
  }

  private static void verifyTest(GoldenCase golden, Comparison comparison) {
    Map<String, Tensor> tensors = golden.tensors("tensors.safetensors");
    RunningMean all = new RunningMean();
    List<Answered> answers = new ArrayList<>();
    Task task = named(Json.fields(golden.field("id2answer"), "id2answer"));
    List<Double> logged =
        Json.logged(golden.field("logged_steps"), "logged_steps", "vqa/val/score");
    List<JsonNode> batches = Json.list(golden.field("batches"), "batches");
    comparison.equal("batches", logged.size(), batches.size());
    compareCount("batches of logits", tensors, "\\d+\\.logits", batches.size(), comparison);
    for (int i = 0; i < Math.min(batches.size(), logged.size()); i++) {
      Tensor logits = GoldenCase.tensor(tensors, i + ".logits"); // (B, C)
      RunningMean step = new RunningMean();
      for (float score : task.scores(logits, targets(batches.get(i), logits))) {
        step.add(score);
        all.add(score);
      }
      List<float[]> rows = Tensors.rows(logits);
      List<JsonNode> questions = Json.list(batches.get(i).path("qid"), "qid", rows.size());
      for (int row = 0; row < rows.size(); row++) {
        String best = task.answers(rows.get(row), 1).get(0).text();
        answers.add(new Answered(Json.id(questions.get(row), "qid"), best));
      }
      compare("score of batch " + i, step.value(), logged.get(i), comparison);
    }
    for (double epoch :
        Json.logged(golden.field("logged_epoch"), "logged_epoch", "vqa/val/score_epoch")) {
      compare("score", all.value(), epoch, comparison);
    }
    compareSubmission(golden, new VqaSubmission(answers), comparison);
  }

  /** The task of answers that a case names by class. */
  private static Task named(Map<String, JsonNode> names) {
    return new VisualQuestionAnswering(
        IntStream.range(0, names.size())
            .mapToObj(Integer::toString)
            .map(number -> Objects.requireNonNull(names.get(number), "id2answer"))
            .map(name -> Json.text(name, "id2answer"))
            .toList());
  }

  /** A task of so many answers that a case does not name. */
  private static Task numbered(long classes) {
    return new VisualQuestionAnswering(
        LongStream.range(0, classes).mapToObj(Long::toString).toList());
  }

  private static void compareSubmission(
      GoldenCase golden, VqaSubmission submission, Comparison comparison) {
    String name = Json.text(golden.field("submission_file"), "submission_file");
    Path checkpoint = Path.of(Json.text(golden.field("load_path"), "load_path"));
    comparison.equal(
        "submission_file",
        String.valueOf(VqaSubmission.fileBeside(checkpoint).getFileName()),
        name);
    try {
      comparison.equal(name, submission.json(), Files.readString(golden.sibling(name)));
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(golden.sibling(name), e), e);
    }
  }

  /** {@code (B, C)}; a question whose answers none of the classes has, has no labels. */
  private static Tensor targets(JsonNode batch, Tensor logits) {
    int rows = Math.toIntExact(logits.size(0));
    int classes = Math.toIntExact(logits.size(1));
    List<JsonNode> labels = Json.list(batch.path("vqa_labels"), "vqa_labels", rows);
    List<JsonNode> worth = Json.list(batch.path("vqa_scores"), "vqa_scores", rows);
    float[] targets = new float[rows * classes];
    for (int row = 0; row < rows; row++) {
      List<JsonNode> ofRow = Json.listOrEmpty(labels.get(row), "vqa_labels");
      List<JsonNode> scores = Json.list(worth.get(row), "vqa_scores", ofRow.size());
      for (int i = 0; i < ofRow.size(); i++) {
        int label = Json.integer(ofRow.get(i), "vqa_labels");
        targets[row * classes + label] = (float) Json.number(scores.get(i), "vqa_scores");
      }
    }
    return Tensors.of(targets, rows, classes);
  }

  /** A file may hold more than the case speaks of, which then would be compared with nothing. */
  private static void compareCount(
      String name, Map<String, Tensor> tensors, String names, int expected, Comparison comparison) {
    long found = tensors.keySet().stream().filter(tensor -> tensor.matches(names)).count();
    comparison.equal(name, found, (long) expected);
  }

  private static void compare(
      String step, String field, double found, JsonNode expected, Comparison comparison) {
    compare(step + field, found, Json.number(expected.path(field), step + field), comparison);
  }

  private static void compare(String name, double score, double expected, Comparison comparison) {
    // A running sum of scores may well exceed 1.
    double bound = Tolerance.ROUNDING * Math.max(1, Math.abs(expected));
    comparison.number(name, score, expected, bound);
  }
}

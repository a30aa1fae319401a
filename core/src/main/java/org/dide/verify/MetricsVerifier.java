package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.evaluate.VqaMetric;
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
    VqaMetric running = new VqaMetric();
    double sum = 0;
    for (int i = 0; i < steps.size(); i++) {
      VqaMetric step = new VqaMetric();
      List<float[]> logits = rows(tensors, "vqa.%d.logits".formatted(i));
      List<float[]> targets = rows(tensors, "vqa.%d.target".formatted(i));
      for (int row = 0; row < logits.size(); row++) {
        double score = VqaMetric.score(logits.get(row), targets.get(row));
        step.add("", score);
        running.add("", score);
        sum += score;
      }
      String name = "vqa_score %d: ".formatted(i);
      JsonNode expected = steps.get(i);
      compare(name, "step", step.overall().score(), expected, comparison);
      compare(name, "running", running.overall().score(), expected, comparison);
      compare(name, "score", sum, expected, comparison);
      compare(name, "total", (double) running.overall().examples(), expected, comparison);
    }
  }

  private static void verifyAccuracy(
      List<JsonNode> steps, Map<String, Tensor> tensors, Comparison comparison) {
    compareCount("accuracy: steps", tensors, "accuracy\\.\\d+\\.logits", steps.size(), comparison);
    VqaMetric running = new VqaMetric();
    for (int i = 0; i < steps.size(); i++) {
      VqaMetric step = new VqaMetric();
      List<float[]> logits = rows(tensors, "accuracy.%d.logits".formatted(i));
      long[] right = Tensors.longs(GoldenCase.tensor(tensors, "accuracy.%d.target".formatted(i)));
      for (int row = 0; row < right.length; row++) {
        if (right[row] >= 0) { // -100: not known
          double score = best(logits.get(row)) == right[row] ? 1 : 0;
          step.add("", score);
          running.add("", score);
        }
      }
      String name = "accuracy %d: ".formatted(i);
      JsonNode expected = steps.get(i);
      VqaMetric.Mean sofar = running.overall();
      compare(name, "step", step.overall().score(), expected, comparison);
      compare(name, "running", sofar.score(), expected, comparison);
      compare(name, "correct", sofar.score() * sofar.examples(), expected, comparison);
      compare(name, "total", (double) sofar.examples(), expected, comparison);
    }
  }

  private static void verifyMeans(List<JsonNode> steps, Comparison comparison) {
    VqaMetric running = new VqaMetric();
    for (int i = 0; i < steps.size(); i++) {
      running.add("", Json.number(steps.get(i).path("value"), "value"));
      String name = "scalar %d: ".formatted(i);
      compare(name, "running", running.overall().score(), steps.get(i), comparison);
    }
  }

  private static void verifyTest(GoldenCase golden, Comparison comparison) {
    Map<String, Tensor> tensors = golden.tensors("tensors.safetensors");
    VqaMetric all = new VqaMetric();
    List<Answered> answers = new ArrayList<>();
    Map<String, JsonNode> names = Json.fields(golden.field("id2answer"), "id2answer");
    List<Double> logged =
        Json.logged(golden.field("logged_steps"), "logged_steps", "vqa/val/score");
    List<JsonNode> batches = Json.list(golden.field("batches"), "batches");
    comparison.equal("batches", logged.size(), batches.size());
    compareCount("batches of logits", tensors, "\\d+\\.logits", batches.size(), comparison);
    for (int i = 0; i < Math.min(batches.size(), logged.size()); i++) {
      VqaMetric step = new VqaMetric();
      List<float[]> logits = rows(tensors, i + ".logits");
      List<JsonNode> questions = Json.list(batches.get(i).path("qid"), "qid", logits.size());
      for (int row = 0; row < logits.size(); row++) {
        float[] scores = logits.get(row);
        float[] targets = targets(batches.get(i), row, logits.size(), scores.length);
        double score = VqaMetric.score(scores, targets);
        step.add("", score);
        all.add("", score);
        JsonNode answer = names.get(Integer.toString(best(scores)));
        answers.add(
            new Answered(
                Json.id(questions.get(row), "qid"),
                Json.text(Objects.requireNonNull(answer, "id2answer"), "id2answer")));
      }
      compare("score of batch " + i, step.overall().score(), logged.get(i), comparison);
    }
    for (double epoch :
        Json.logged(golden.field("logged_epoch"), "logged_epoch", "vqa/val/score_epoch")) {
      compare("score", all.overall().score(), epoch, comparison);
    }
    compareSubmission(golden, new VqaSubmission(answers), comparison);
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

  /** A question whose answers none of the classes has, has no labels. */
  private static float[] targets(JsonNode batch, int row, int rows, int classes) {
    JsonNode ofRow = Json.list(batch.path("vqa_labels"), "vqa_labels", rows).get(row);
    List<JsonNode> labels = Json.listOrEmpty(ofRow, "vqa_labels");
    JsonNode worth = Json.list(batch.path("vqa_scores"), "vqa_scores", rows).get(row);
    List<JsonNode> scores = Json.list(worth, "vqa_scores", labels.size());
    float[] targets = new float[classes];
    for (int i = 0; i < labels.size(); i++) {
      int label = Json.integer(labels.get(i), "vqa_labels");
      targets[label] = (float) Json.number(scores.get(i), "vqa_scores");
    }
    return targets;
  }

  /** A file may hold more than the case speaks of, which then would be compared with nothing. */
  private static void compareCount(
      String name, Map<String, Tensor> tensors, String names, int expected, Comparison comparison) {
    long found = tensors.keySet().stream().filter(tensor -> tensor.matches(names)).count();
    comparison.equal(name, found, (long) expected);
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
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

  private static List<float[]> rows(Map<String, Tensor> tensors, String name) {
    return Tensors.rows(GoldenCase.tensor(tensors, name));
  }
}

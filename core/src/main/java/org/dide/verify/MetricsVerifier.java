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
import org.dide.evaluate.VqaSubmission;
import org.dide.evaluate.VqaSubmission.Answered;
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
    for (var field : golden.field("expected").properties()) {
      if (field.getKey().equals("vqa_score")) {
        verifyScores(field.getValue(), tensors, comparison);
      } else {
        comparison.skip(field.getKey());
      }
    }
  }

  private static void verifyScores(
      JsonNode steps, Map<String, Tensor> tensors, Comparison comparison) {
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
      compare(name + "step", step.overall().score(), expected.path("step"), comparison);
      compare(name + "running", running.overall().score(), expected.path("running"), comparison);
      compare(name + "score", sum, expected.path("score"), comparison);
      comparison.equal(
          name + "total", running.overall().examples(), expected.path("total").asLong());
    }
  }

  private static void verifyTest(GoldenCase golden, Comparison comparison) {
    Map<String, Tensor> tensors = golden.tensors("tensors.safetensors");
    VqaMetric all = new VqaMetric();
    List<Answered> answers = new ArrayList<>();
    List<JsonNode> logged = logged(golden.field("logged_steps"), "vqa/val/score");
    JsonNode batches = golden.field("batches");
    comparison.equal("batches", logged.size(), batches.size());
    for (int i = 0; i < Math.min(batches.size(), logged.size()); i++) {
      VqaMetric step = new VqaMetric();
      List<float[]> logits = rows(tensors, i + ".logits");
      for (int row = 0; row < logits.size(); row++) {
        float[] scores = logits.get(row);
        double score = VqaMetric.score(scores, targets(batches.get(i), row, scores.length));
        step.add("", score);
        all.add("", score);
        String answer = golden.field("id2answer").path(Integer.toString(best(scores))).asText();
        answers.add(new Answered(batches.get(i).path("qid").path(row).asLong(), answer));
      }
      compare("score of batch " + i, step.overall().score(), logged.get(i), comparison);
    }
    for (JsonNode epoch : logged(golden.field("logged_epoch"), "vqa/val/score_epoch")) {
      compare("score", all.overall().score(), epoch, comparison);
    }
    compareSubmission(golden, new VqaSubmission(answers), comparison);
  }

  private static void compareSubmission(
      GoldenCase golden, VqaSubmission submission, Comparison comparison) {
    String name = golden.field("submission_file").asText();
    Path checkpoint = Path.of(golden.field("load_path").asText());
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

  private static float[] targets(JsonNode batch, int row, int classes) {
    int[] labels = Json.integers(batch.path("vqa_labels").path(row));
    float[] scores = Json.floats(batch.path("vqa_scores").path(row));
    float[] targets = new float[classes];
    for (int i = 0; i < labels.length; i++) {
      targets[labels[i]] = scores[i];
    }
    return targets;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static List<JsonNode> logged(JsonNode log, String name) {
    return Json.stream(log)
        .filter(entry -> entry.path(0).asText().equals(name))
        .map(entry -> entry.path(1))
        .toList();
  }

  private static void compare(String name, double score, JsonNode expected, Comparison comparison) {
    // A running sum of scores may well exceed 1.
    double bound = Tolerance.ROUNDING * Math.max(1, Math.abs(expected.asDouble()));
    comparison.number(name, score, expected.asDouble(), bound);
  }

  private static List<float[]> rows(Map<String, Tensor> tensors, String name) {
    Tensor matrix = Objects.requireNonNull(tensors.get(name), name);
    List<float[]> rows = new ArrayList<>();
    for (int row = 0; row < matrix.size(0); row++) {
      rows.add(Tensors.floats(matrix.select(0, row)));
    }
    return rows;
  }
}

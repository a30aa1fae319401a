package org.dide.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dide.task.VqaSubmission;
import org.dide.task.VqaSubmission.Answered;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;

/** Scores and submission files equal the reference's. */
class VqaGoldenTest {
  /** The reference's values are float32 sums. */
  private static final double FLOAT_ROUNDING = 1e-6;

  @Test
  void scoresEachStepAndAllOfThem() throws IOException {
    Path folder = Shared.path("golden/metrics/accuracy_vqa");
    JsonNode steps = json(folder).get("expected").get("vqa_score");
    Tensors tensors = Tensors.read(folder.resolve("tensors.safetensors"));
    VqaMetric running = new VqaMetric();
    for (int step = 0; step < steps.size(); step++) {
      JsonNode expected = steps.get(step);
      VqaMetric batch = new VqaMetric();
      List<float[]> logits = tensors.rows("vqa." + step + ".logits");
      List<float[]> targets = tensors.rows("vqa." + step + ".target");
      for (int row = 0; row < logits.size(); row++) {
        double score = VqaMetric.score(logits.get(row), targets.get(row));
        batch.add("", score);
        running.add("", score);
      }
      assertThat(batch.overall().score())
          .isCloseTo(expected.get("step").asDouble(), within(FLOAT_ROUNDING));
      assertThat(running.overall().score())
          .isCloseTo(expected.get("running").asDouble(), within(FLOAT_ROUNDING));
      assertThat(running.overall().examples()).isEqualTo(expected.get("total").asLong());
    }
  }

  @Test
  void scoresValidationAndWritesTheSubmission() throws IOException {
    Path folder = Shared.path("golden/metrics/vqa_test");
    JsonNode golden = json(folder);
    Tensors tensors = Tensors.read(folder.resolve("tensors.safetensors"));
    VqaMetric metric = new VqaMetric();
    List<Double> steps = new ArrayList<>();
    List<Answered> answers = new ArrayList<>();
    JsonNode batches = golden.get("batches");
    for (int step = 0; step < batches.size(); step++) {
      VqaMetric batch = new VqaMetric();
      List<float[]> logits = tensors.rows(step + ".logits");
      for (int row = 0; row < logits.size(); row++) {
        JsonNode labels = batches.get(step).get("vqa_labels").get(row);
        JsonNode scores = batches.get(step).get("vqa_scores").get(row);
        float[] targets = new float[logits.get(row).length];
        for (int i = 0; i < labels.size(); i++) {
          targets[labels.get(i).asInt()] = (float) scores.get(i).asDouble();
        }
        double score = VqaMetric.score(logits.get(row), targets);
        batch.add("", score);
        metric.add("", score);
        String best = Integer.toString(largest(logits.get(row)));
        answers.add(
            new Answered(
                batches.get(step).get("qid").get(row).asLong(),
                golden.get("id2answer").get(best).asText()));
      }
      steps.add(batch.overall().score());
    }

    assertThat(steps).hasSameSizeAs(logged(golden.get("logged_steps"), "vqa/val/score"));
    for (int step = 0; step < steps.size(); step++) {
      assertThat(steps.get(step))
          .isCloseTo(
              logged(golden.get("logged_steps"), "vqa/val/score").get(step),
              within(FLOAT_ROUNDING));
    }
    assertThat(metric.overall().score())
        .isCloseTo(
            logged(golden.get("logged_epoch"), "vqa/val/score_epoch").get(0),
            within(FLOAT_ROUNDING));
    String name = golden.get("submission_file").asText();
    assertThat(VqaSubmission.fileBeside(Path.of(golden.get("load_path").asText())))
        .hasFileName(name);
    assertThat(new VqaSubmission(answers).json()).isEqualTo(Files.readString(folder.resolve(name)));
  }

  private static JsonNode json(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("case.json").toFile());
  }

  private static List<Double> logged(JsonNode log, String name) {
    List<Double> values = new ArrayList<>();
    for (JsonNode entry : log) {
      if (entry.get(0).asText().equals(name)) {
        values.add(entry.get(1).asDouble());
      }
    }
    return values;
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** Just enough of safetensors to read float32 matrices without the engine. */
  private record Tensors(JsonNode header, ByteBuffer data) {
    static Tensors read(Path file) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[(int) bytes.getLong()];
      bytes.get(header);
      JsonNode json = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
      return new Tensors(json, bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    List<float[]> rows(String name) {
      JsonNode entry = header.get(name);
      int columns = entry.get("shape").get(1).asInt();
      int at = entry.get("data_offsets").get(0).asInt();
      List<float[]> rows = new ArrayList<>();
      for (int row = 0; row < entry.get("shape").get(0).asInt(); row++) {
        float[] values = new float[columns];
        data.slice(at + 4 * columns * row, 4 * columns)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(values);
        rows.add(values);
      }
      return rows;
    }
  }
}

package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retrieval from the command line: data, training, distillation, evaluation. */
class RetrievalCommandsTest {
  @TempDir private static Path folder;
  private static Path data = Path.of("");

  @BeforeAll
  static void train() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      TinyModelFolder.picture(folder.resolve(i + ".png"), i);
      lines.add(
          "{\"id\": \"%d\", \"image\": \"%d.png\", \"captions\": [\"number %d\", \"%d again\"], \"split\": \"%s\"}"
              .formatted(i, i, i, i, List.of("train", "dev", "test").get(i % 3)));
    }
    data = Files.write(folder.resolve("own.jsonl"), lines);
    CommandRun teacher = training("train", "flickr8k-teacher", "teacher");
    assertThat(teacher.code()).as(teacher.err()).isZero();
    CommandRun student =
        training(
            "distill",
            "flickr8k-distilled",
            "student",
            "--teacher=" + folder.resolve("teacher/best"));
    assertThat(student.code()).as(student.err()).isZero();
    assertThat(student.out()).containsPattern("recall/i2t@1 +[01]\\.\\d{4}");
    assertThat(folder.resolve("student/report.html")).content().contains("recall, t2i@10");
  }

  @Test
  void evaluates() {
    for (String model : List.of("teacher", "student")) {
      CommandRun text = evaluation(model);
      assertThat(text.code()).as(text.err()).isZero();
      assertThat(text.out())
          .containsPattern("score +[01]\\.\\d{4} over 8")
          .containsPattern("recall/t2i@1 +[01]\\.\\d{4} \\(chance 0\\.2500\\)")
          .containsPattern("rsum +\\d+\\.\\d{4} \\(chance \\d+\\.\\d{4}\\)")
          .doesNotContain("loss");
      JsonNode json = evaluation(model, "--json").json();
      assertThat(json.at("/figures/recall~1t2i@5/value").asDouble()).isEqualTo(1);
      assertThat(json.at("/figures/rsum/value").asDouble() / 600)
          .isCloseTo(json.at("/score").asDouble(), within(1e-9));
    }
  }

  @Test
  void ranksTheFirstPicturesOfAFusionEncoder() {
    assertThat(evaluation("teacher", "--pairs=18").out()).containsPattern("over 6");
    assertThat(evaluation("student", "--pairs=18").out()).containsPattern("over 8");
    assertThat(evaluation("student", "--pairs=-1").code()).isEqualTo(2);
  }

  @Test
  void submitsNothing() {
    CommandRun run = evaluation("student", "--submission=" + folder.resolve("answers.json"));
    assertThat(run.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(run.err()).contains("task retrieval: has no answers that could be submitted");
  }

  @Test
  void checksAndCountsCaptions() {
    JsonNode check =
        CommandRun.of("data", "check", "--format=jsonl", "--task=retrieval", "--json", "" + data)
            .json();
    assertThat(check.get("usable").asBoolean()).as(check.toString()).isTrue();
    JsonNode stats =
        CommandRun.of("data", "stats", "--format=jsonl", "--task=retrieval", "--json", "" + data)
            .json();
    assertThat(stats.at("/parts/0/texts").asInt()).isEqualTo(8);
    assertThat(stats.at("/parts/0/pictures").asInt()).isEqualTo(4);
  }

  @Test
  void looksInside() {
    JsonNode inside =
        CommandRun.of("inspect", folder.resolve("student/best").toString(), "--json").json();
    assertThat(inside.at("/model/task").asText()).isEqualTo("retrieval");
  }

  private static CommandRun evaluation(String model, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "eval",
                folder.resolve(model).resolve("best").toString(),
                "--format=jsonl",
                "--data=" + data));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static CommandRun training(String command, String recipe, String run, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                recipe,
                "--threads=1",
                "--run=" + folder.resolve(run),
                "--data=" + data,
                "--set=data.format=jsonl",
                "--set=model.overrides={width: 32, heads: 2, depth: 2, image-size: 64}",
                "--set=pictures.shorter-side=64",
                "--set=steps=4",
                "--set=schedule.warmup=1",
                "--set=batch={size: 4, micro: 4}",
                "--set=evaluation={every-steps: 2, checkpoint-steps: 4}"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }
}

package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.dide.data.scenes.SceneQuestions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalCommandTest {
  @TempDir private static Path folder;
  private static Path run = Path.of("");

  @BeforeAll
  static void train() {
    run = folder.resolve("run");
    TinyRun.train(run);
  }

  @Test
  void findsWhatTheTrainingFound() {
    for (String split : List.of("dev", "test")) {
      JsonNode found =
          eval("--recipe=" + run.resolve("recipe.yaml"), "--split=" + split, "--json").json();
      JsonNode results = inspected().at("/model/provenance/results");
      assertThat(found.get("scored").asInt()).isEqualTo(40);
      assertThat(found.get("data").asText()).isEqualTo("scenes/" + split);
      assertThat(found.get("fingerprint")).isEqualTo(inspected().at("/model/fingerprint"));
      assertThat(found.get("score").asDouble())
          .isPositive()
          .isCloseTo(results.get(split + "/score").asDouble(), within(1e-12));
      assertThat(found.get("loss").asDouble())
          .isCloseTo(results.get(split + "/loss").asDouble(), within(1e-12));
      assertThat(found.at("/byType/exists/score").asDouble())
          .isCloseTo(results.get(split + "/score/exists").asDouble(), within(1e-12));
    }
  }

  @Test
  void printsScoresBesideThoseOfTextAlone() {
    CommandRun text = eval("--recipe=" + run.resolve("recipe.yaml"), "--text-only", "--limit=30");
    assertThat(text.code()).isZero();
    assertThat(text.out().lines())
        .anyMatch(line -> line.matches("model +.*best \\(fusion\\)"))
        .anyMatch(line -> line.matches("data +scenes/test, 30 questions"))
        .anyMatch(line -> line.matches("score +[01]\\.\\d{4} over 30"))
        .anyMatch(line -> line.matches("  relation +[01]\\.\\d{4} over \\d+"))
        .anyMatch(line -> line.matches("loss +\\d+\\.\\d{4}"))
        .anyMatch(line -> line.matches("without looking +[01]\\.\\d{4}, always \"\\w+\""))
        .anyMatch(line -> line.matches(" +[01]\\.\\d{4}, a bag of words"));
  }

  /** Batches do not matter, nor does it matter that pictures come from files. */
  @Test
  void findsTheSameInFiles() {
    Path scenes = folder.resolve("scenes");
    String recipe = "--recipe=" + run.resolve("recipe.yaml");
    CommandRun.of("data", "scenes", recipe, "--out=" + scenes, "--count=40", "--split=test");
    JsonNode drawn = eval(recipe, "--json").json();
    JsonNode read =
        eval("--format=jsonl", "--data=" + scenes.resolve("questions.jsonl"), "--batch=7", "--json")
            .json();
    assertThat(read.get("score")).isEqualTo(drawn.get("score"));
    assertThat(read.get("loss").asDouble()).isCloseTo(drawn.get("loss").asDouble(), within(1e-4));
  }

  @Test
  void answersQuestionsWhoseAnswersAreNotPublic() throws IOException {
    Path data = vqaTest(9);
    Path file = folder.resolve("submission.json");
    CommandRun text =
        eval("--format=vqa_v2", "--data=" + data, "--submission=" + file, "--batch=4");
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .containsPattern("data +vqa-v2/test2015, 9 questions")
        .containsPattern("score +unknown, as no answers are known")
        .containsPattern("submission +" + file);
    Set<Integer> questions = new TreeSet<>();
    for (JsonNode answered : new ObjectMapper().readTree(file.toFile())) {
      questions.add(answered.get("question_id").asInt());
      assertThat(SceneQuestions.answers()).contains(answered.get("answer").asText());
    }
    assertThat(questions).containsExactly(1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008);
  }

  @Test
  void wantsToWriteBeforeItWorks() throws IOException {
    CommandRun run =
        eval(
            "--format=vqa_v2",
            "--data=" + folder.resolve("nowhere"),
            "--submission=" + folder.resolve("absent/submission.json"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("submission.json: cannot be written");
  }

  @Test
  void tellsWhatIsWrong() {
    Path scenes = folder.resolve("numberless");
    CommandRun.of("data", "scenes", "--out=" + scenes, "--count=5", "--split=test");
    String data = "--data=" + scenes.resolve("questions.jsonl");
    CommandRun ids = eval("--format=jsonl", data, "--submission=" + folder.resolve("never.json"));
    assertThat(ids.code()).isEqualTo(1);
    assertThat(ids.err()).contains("example test/000000: a VQA submission needs ids");
    assertThat(folder.resolve("never.json")).doesNotExist();

    CommandRun empty = eval("--format=jsonl", data, "--split=dev");
    assertThat(empty.code()).isEqualTo(1);
    assertThat(empty.err()).contains("questions.jsonl/dev: found no examples");
    assertThat(eval("--format=jsonl", data, "--precision=fp8").err()).contains("fp32, bf16");
    assertThat(CommandRun.of("eval", folder + "", "--format=jsonl", data).err())
        .contains("a model folder needs");
  }

  @Test
  void refusesWrongUsage() {
    assertThat(CommandRun.of("eval").code()).isEqualTo(2);
    assertThat(eval().code()).isEqualTo(2);
    assertThat(eval("--format=jsonl").code()).isEqualTo(2);
    assertThat(eval("--format=scenes", "--recipe=scenes-teacher").code()).isEqualTo(2);
    assertThat(eval("--format=scenes", "--split=all").code()).isEqualTo(2);
    assertThat(eval("--format=scenes", "--batch=0").code()).isEqualTo(2);
  }

  private static CommandRun eval(String... options) {
    return CommandRun.of(
        Stream.concat(
                Stream.of("eval", run.resolve("best").toString(), "--threads=1"),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private static JsonNode inspected() {
    return CommandRun.of("inspect", run.resolve("best").toString(), "--json").json();
  }

  /** The layout of VQA v2's test, nothing else of it, with generated pictures. */
  private static Path vqaTest(int questions) throws IOException {
    Path scenes = folder.resolve("vqa-scenes");
    CommandRun.of("data", "scenes", "--out=" + scenes, "--count=" + questions);
    Path data = folder.resolve("vqa");
    Path pictures = Files.createDirectories(data.resolve("test2015"));
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < questions; i++) {
      Files.copy(
          scenes.resolve("pictures/%06d.png".formatted(i)),
          pictures.resolve("COCO_test2015_%012d.jpg".formatted(i)));
      json.append(i == 0 ? "" : ", ")
          .append(
              "{\"image_id\": %d, \"question\": \"Is there a dog?\", \"question_id\": %d}"
                  .formatted(i, 1000 + i));
    }
    Files.writeString(
        data.resolve("v2_OpenEnded_mscoco_test2015_questions.json"),
        "{\"questions\": [%s]}".formatted(json));
    return data;
  }
}

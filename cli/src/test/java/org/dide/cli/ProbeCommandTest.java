package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeCommandTest {
  @TempDir private static Path folder;
  private static Path run = Path.of("");

  @BeforeAll
  static void train() {
    run = folder.resolve("run");
    TinyRun.train(run);
  }

  private static CommandRun probe(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "probe";
    all[1] = run.resolve("best").toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return CommandRun.of(all);
  }

  @Test
  void fitsOnTrainAndJudgesOnTest() {
    String[] asked = {"--recipe=" + run.resolve("recipe.yaml"), "--limit=60", "--json"};
    JsonNode found = probe(asked).json();
    assertThat(found.at("/task").asText()).isEqualTo("vqa");
    assertThat(found.at("/data").asText()).isEqualTo("scenes/test");
    assertThat(found.at("/examples").toString()).isEqualTo("[60,40,40]");
    double train = found.at("/probe/train").asDouble();
    assertThat(train).isGreaterThan(found.at("/probe/test").asDouble()).isLessThanOrEqualTo(1);
    assertThat(found.at("/probe/test").asDouble()).isBetween(0.05, 0.95);
    assertThat(found.at("/probe/features").asInt()).isPositive();
    assertThat(probe(asked).json()).as("again").isEqualTo(found);
    CommandRun text = probe("--recipe=" + run.resolve("recipe.yaml"), "--limit=20");
    assertThat(text.out().lines())
        .anyMatch(line -> line.matches("test +[01]\\.\\d{4} over 20"))
        .anyMatch(line -> line.matches("decay +\\S+, chosen on dev"));
  }

  @Test
  void refusesWhatItCannotAsk() {
    CommandRun pairs = probe("--format=scenes", "--task=reasoning");
    assertThat(pairs.code()).isEqualTo(1);
    assertThat(pairs.err())
        .contains("probe: found the task reasoning, whose texts are about 2 pictures");
    CommandRun captions = probe("--format=scenes", "--task=retrieval");
    assertThat(captions.code()).isEqualTo(1);
    assertThat(captions.err()).contains("probe: found the task retrieval, allowed are tasks with");
  }
}

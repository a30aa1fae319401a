package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  @TempDir Path folder;

  @Test
  void aTrainingThatCannotBeginLeavesNoRunBehind() {
    Path run = folder.resolve("run");
    Path nowhere = folder.resolve("nowhere");

    for (int attempt = 0; attempt < 2; attempt++) {
      CommandRun refused =
          CommandRun.of("train", "scenes-teacher", "--set=start=" + nowhere, "--run=" + run);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains(nowhere.toString()).doesNotContain("resume");
      assertThat(run).doesNotExist();
    }
  }

  @Test
  void aRunThatCannotGoOnIsKept() throws Exception {
    Path run = Files.createDirectory(folder.resolve("run"));
    Path nowhere = folder.resolve("nowhere");
    Recipe recipe = Recipes.read("scenes-teacher", List.of("start=" + nowhere));
    Files.writeString(run.resolve("recipe.yaml"), Recipes.write(recipe));

    CommandRun refused = CommandRun.of("train", "--resume=" + run);

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains(nowhere.toString());
    assertThat(run.resolve("recipe.yaml")).exists();
  }

  @Test
  void aRunIsResumedByItsOwnRecipe() {
    for (String other :
        List.of("--set=steps=9", "--seed=2", "--data=elsewhere", "--run=another", "--teacher=t")) {
      String command = other.startsWith("--teacher") ? "distill" : "train";
      CommandRun refused = CommandRun.of(command, "--resume=" + folder, other);
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).contains("--resume goes on by the run's own recipe");
    }
  }

  @Test
  void aFinishedRunIsNotLookedAtAgain() throws Exception {
    Path run = folder.resolve("run");
    TinyRun.train(run);
    JsonNode report = CommandRun.of("train", "--resume=" + run, "--json").json();
    assertThat(report.at("/test/score").asDouble()).isBetween(0.0, 1.0);

    Path page = Files.writeString(run.resolve("report.html"), "read");
    byte[] best = Files.readAllBytes(run.resolve("best/provenance.json"));
    CommandRun again = CommandRun.of("train", "--resume=" + run);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out())
        .contains("test, as found when the run ended:")
        .containsPattern("score +[01]\\.\\d{4}")
        .contains("report: " + page);
    assertThat(page).hasContent("read");
    assertThat(run.resolve("best/provenance.json")).hasBinaryContent(best);
  }
}

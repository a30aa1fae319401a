package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
}

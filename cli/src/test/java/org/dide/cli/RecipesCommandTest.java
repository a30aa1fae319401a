package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dide.train.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesCommandTest {
  @TempDir private Path folder;

  @Test
  void listsEveryRecipeWithWhatItIsFor() {
    CommandRun run = CommandRun.of("recipes");
    assertThat(run.code()).isZero();
    assertThat(run.out().lines()).hasSameSizeAs(Recipes.names());
    for (String name : Recipes.names()) {
      assertThat(run.out().lines())
          .as(name)
          .anyMatch(line -> line.matches(name + " +[A-Z].{10,}[.]"));
    }
    assertThat(CommandRun.of("recipes", "--json").json().get("scenes-teacher").asText())
        .startsWith("A fusion teacher");
  }

  @Test
  void printsARecipeThatCanBeTrainedBy() throws Exception {
    CommandRun run = CommandRun.of("recipes", "easy-vqa-soft", "--set", "optimizer.rate=3e-4");
    assertThat(run.code()).isZero();
    Path file = Files.writeString(folder.resolve("own.yaml"), run.out());
    assertThat(Recipes.read(file.toString(), List.of()))
        .isEqualTo(Recipes.read("easy-vqa-soft", List.of("optimizer.rate=3e-4")));
    assertThat(CommandRun.of("recipes", file.toString()).out()).isEqualTo(run.out());
    JsonNode json = CommandRun.of("recipes", file.toString(), "--json").json();
    assertThat(json.at("/data/dev-fraction").asDouble()).isEqualTo(0.1);
    assertThat(json.at("/optimizer/rate").asDouble()).isEqualTo(3e-4);
  }

  @Test
  void tellsWhatIsWrong() {
    CommandRun unknown = CommandRun.of("recipes", "my-recipe");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("my-recipe").contains("easy-vqa-teacher");
    CommandRun setting = CommandRun.of("recipes", "easy-vqa-soft", "--set", "optimizer.speed=3");
    assertThat(setting.code()).isEqualTo(1);
    assertThat(setting.err()).contains("optimizer.speed: unknown key");
    assertThat(CommandRun.of("recipes", "--set", "seed=3").code()).isEqualTo(2);
  }
}

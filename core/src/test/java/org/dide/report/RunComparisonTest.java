package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.InputException;
import org.dide.data.Split;
import org.dide.hub.JsonText;
import org.dide.hub.ModelFolder;
import org.dide.hub.Provenance;
import org.dide.report.RunComparison.Difference;
import org.dide.train.FinishedRun;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunComparisonTest {
  @TempDir private Path folder;

  @Test
  void tellsMeanAndSampleDeviationOverSeeds() throws Exception {
    RunComparison comparison =
        compare(
            run("c", "scenes-soft", 3, Map.of("test/score", 0.9)),
            run("a", "scenes-soft", 1, Map.of("test/score", 0.5)),
            run("b", "scenes-soft", 2, Map.of("test/score", 0.7)),
            run("d", "scenes-student", 7, Map.of("test/score", 0.25)));

    assertThat(comparison.groups())
        .extracting(RunGroup::name)
        .containsExactly("scenes-soft", "scenes-student");
    RunGroup soft = comparison.group("scenes-soft");
    assertThat(soft.seeds()).containsExactly(1L, 2L, 3L);
    Spread score = comparison.spread(soft, "score").orElseThrow();
    assertThat(score.mean()).isCloseTo(0.7, within(1e-12));
    // (0.04 + 0 + 0.04) / 2, not / 3
    assertThat(score.deviation().orElseThrow()).isCloseTo(0.2, within(1e-12));
    assertThat(score.shown()).isEqualTo("0.7000 ± 0.2000");

    Spread alone = comparison.spread(comparison.group("scenes-student"), "score").orElseThrow();
    assertThat(alone.deviation()).isEmpty();
    assertThat(alone.shown()).isEqualTo("0.2500");
  }

  @Test
  void putsTheScoreFirstThenScoresByKindThenOthersAsTheyCome() throws Exception {
    FinishedRun first =
        run("a", "scenes-soft", 1, figures("dev/score", "test/loss", "test/score/b", "test/score"));
    FinishedRun second =
        run("b", "scenes-student", 1, figures("test/score", "test/rsum", "test/score/a"));

    assertThat(compare(first, second).figures())
        .containsExactly("score", "score/b", "score/a", "loss", "rsum");
    assertThat(RunComparison.of(List.of(first), Split.DEV, List.of()).figures())
        .containsExactly("score");
    assertThat(RunComparison.of(List.of(first), Split.TEST, List.of("loss", "score")).figures())
        .containsExactly("loss", "score");
    assertThatThrownBy(() -> RunComparison.of(List.of(first), Split.TEST, List.of("score/a")))
        .isInstanceOf(InputException.class)
        .hasMessage("figure 'score/a': no run has it on test, allowed are score, score/b, loss");
  }

  @Test
  void tellsNothingOfAFigureThatARunLacks() throws Exception {
    RunComparison comparison =
        compare(
            run("a", "scenes-soft", 1, figures("test/score", "test/score/count")),
            run("b", "scenes-soft", 2, figures("test/score")));
    assertThat(comparison.spread(comparison.groups().get(0), "score")).isPresent();
    assertThat(comparison.spread(comparison.groups().get(0), "score/count")).isEmpty();
  }

  @Test
  void subtractsSeedBySeedWhereBothHaveTheSameSeeds() throws Exception {
    RunComparison comparison =
        compare(
            run("a", "scenes-student", 1, Map.of("test/score", 0.1)),
            run("b", "scenes-student", 2, Map.of("test/score", 0.9)),
            run("c", "scenes-soft", 2, Map.of("test/score", 0.95)),
            run("d", "scenes-soft", 1, Map.of("test/score", 0.13)),
            run("e", "scenes-distilled", 1, Map.of("test/score", 0.75)));
    RunGroup base = comparison.group("scenes-student");

    Difference soft =
        comparison.difference(comparison.group("scenes-soft"), base, "score").orElseThrow();
    assertThat(soft.paired()).isTrue();
    assertThat(soft.spread().mean()).isCloseTo(0.04, within(1e-12));
    // of 0.03 and 0.05; that of the scores themselves is above 0.5
    assertThat(soft.spread().deviation().orElseThrow())
        .isCloseTo(0.01 * Math.sqrt(2), within(1e-12));
    assertThat(soft.spread().shownSigned()).isEqualTo("+0.0400 ± 0.0141");

    Difference distilled =
        comparison.difference(comparison.group("scenes-distilled"), base, "score").orElseThrow();
    assertThat(distilled.paired()).isFalse();
    assertThat(distilled.spread().shownSigned()).isEqualTo("+0.2500");

    assertThatThrownBy(() -> comparison.group("scenes"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "no run is called 'scenes', allowed are scenes-student, scenes-soft, scenes-distilled");
  }

  @Test
  void refusesRunsOfOneNameThatDifferInMoreThanSeedAndTeacher() throws Exception {
    FinishedRun first = run("a", "scenes-soft", 1, figures("test/score"));
    FinishedRun teacher = run("b", "scenes-soft", 2, figures("test/score"), "teacher=other");
    assertThat(compare(first, teacher).groups()).hasSize(1);

    FinishedRun rate =
        run("c", "scenes-soft", 3, figures("test/score"), "batch.micro=32", "optimizer.rate=0.5");
    assertThatThrownBy(() -> compare(first, rate))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "%s and %s: both are called scenes-soft, but differ: optimizer.rate: found"
                .formatted(first.folder(), rate.folder()))
        .hasMessageContaining("and 0.5;");

    FinishedRun stage =
        run("d", "scenes-soft", 4, figures("test/score"), "model.overrides.depth=1");
    assertThatThrownBy(() -> compare(first, stage))
        .hasMessageContaining("model.overrides.depth: found")
        .hasMessageContaining("and 1;");
  }

  @Test
  void refusesASeedThatIsThereTwice() throws Exception {
    FinishedRun first = run("a", "scenes-soft", 1, figures("test/score"));
    FinishedRun other = run("b", "scenes-soft", 2, figures("test/score"));
    FinishedRun again = run("c", "scenes-soft", 1, figures("test/score"));
    assertThatThrownBy(() -> compare(first, other, again))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s and %s: both are scenes-soft with seed 1, allowed is one run a seed"
                .formatted(first.folder(), again.folder()));
  }

  @Test
  void knowsWhichRunsAreFinished() throws Exception {
    Path going = write("a", "scenes-soft", 1, figures("dev/score"));
    assertThat(FinishedRun.of(going)).isEmpty();
    Files.writeString(going.resolve("report.html"), "<p>done, but answers of test are secret");
    FinishedRun secret = FinishedRun.of(going).orElseThrow();
    assertThat(RunComparison.of(List.of(secret), Split.DEV, List.of()).figures())
        .containsExactly("score");
    assertThatThrownBy(() -> compare(secret))
        .isInstanceOf(InputException.class)
        .hasMessage("%s: there are no figures of test, as no answers of it are known", going);

    Path begun = Files.createDirectory(folder.resolve("begun"));
    assertThatThrownBy(() -> FinishedRun.of(begun))
        .isInstanceOf(InputException.class)
        .hasMessage("%s: there is no run here (no recipe.yaml)", begun);
    Files.copy(going.resolve("recipe.yaml"), begun.resolve("recipe.yaml"));
    assertThat(FinishedRun.of(begun)).isEmpty();
  }

  private static RunComparison compare(FinishedRun... runs) {
    return RunComparison.of(List.of(runs), Split.TEST, List.of());
  }

  private FinishedRun run(
      String name, String recipe, long seed, Map<String, Double> results, String... settings)
      throws Exception {
    return FinishedRun.of(write(name, recipe, seed, results, settings)).orElseThrow();
  }

  /** A run folder with what a comparison reads. */
  private Path write(
      String name, String recipe, long seed, Map<String, Double> results, String... settings)
      throws Exception {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("seed=" + seed);
    Recipe resolved = Recipes.read(recipe, all);
    Path run = folder.resolve(name);
    Path best = Files.createDirectories(run.resolve("best"));
    Files.writeString(run.resolve("recipe.yaml"), Recipes.write(resolved));
    Provenance provenance =
        new Provenance(1, Instant.EPOCH, List.of(), "", seed, "", Map.of(), Map.of(), results);
    Files.writeString(best.resolve(ModelFolder.PROVENANCE), JsonText.indented(provenance));
    return run;
  }

  private static Map<String, Double> figures(String... names) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String name : names) {
      figures.put(name, 0.5);
    }
    return figures;
  }
}

package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run is trained; the others are what it left, with another name, seed or score. */
class CompareCommandTest {
  private static final String SCORE = "\"test/score\" : ";

  @TempDir private static Path folder;
  private static double score;

  @BeforeAll
  static void train() throws IOException {
    Path first = folder.resolve("first");
    TinyRun.train(first);
    String provenance = Files.readString(first.resolve("best/provenance.json"));
    int begin = provenance.indexOf(SCORE) + SCORE.length();
    score = Double.parseDouble(provenance.substring(begin, provenance.indexOf(',', begin)));
    copy("second", "scenes-teacher", 1, score + 0.2);
    copy("other-first", "other", 0, score + 0.1);
    copy("other-second", "other", 1, score + 0.4);
    copy("single", "single", 5, score + 0.3);
    copy("from-first", "from", 0, score, "runs/first/best");
    copy("from-second", "from", 1, score + 0.1, "runs/second/best");
    copy("from-nothing", "from", 2, score, "scratch");
    Path begun = Files.createDirectory(folder.resolve("begun"));
    Files.copy(first.resolve("recipe.yaml"), begun.resolve("recipe.yaml"));
  }

  private static void copy(String run, String name, int seed, double score) throws IOException {
    copy(run, name, seed, score, "scratch");
  }

  private static void copy(String run, String name, int seed, double score, String start)
      throws IOException {
    Path from = folder.resolve("first");
    Path best = Files.createDirectories(folder.resolve(run).resolve("best"));
    String recipe =
        Files.readString(from.resolve("recipe.yaml"))
            .replaceFirst("(?m)^name: .*$", "name: " + name)
            .replaceFirst("(?m)^start: .*$", "start: " + start)
            .replaceFirst("(?m)^seed: .*$", "seed: " + seed);
    Files.writeString(folder.resolve(run).resolve("recipe.yaml"), recipe);
    String provenance =
        Files.readString(from.resolve("best/provenance.json"))
            .replaceFirst(SCORE + "[^,]*", SCORE + score);
    Files.writeString(best.resolve("provenance.json"), provenance);
  }

  @Test
  void printsALineForEachRecipe() {
    CommandRun run = compare("first second single", "--figures=score");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "name            seeds            score",
            "scenes-teacher  0, 1   %s ± 0.1414".formatted(number(score + 0.1)),
            "single          5               %s".formatted(number(score + 0.3)));
  }

  @Test
  void eachSeedMayStartFromAModelOfItsOwn() {
    CommandRun run = compare("from-first from-second", "--figures=score");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("%s ± 0.0707".formatted(number(score + 0.05)));
    assertRefused(
        1,
        "start: found runs/first/best and scratch; allowed are other seeds, teachers and folders",
        "from-first from-nothing");
  }

  @Test
  void tellsEveryFigureTheScoreFirst() {
    String headings = compare("first").out().lines().findFirst().orElseThrow();
    assertThat(headings).matches("name +seeds +score +score/\\S+ .*score/\\S+ +loss");
    String dev = compare("first", "--split=dev").out().lines().findFirst().orElseThrow();
    assertThat(dev).matches("name +seeds +score +score/\\S+ .*score/\\S+ +loss");
  }

  @Test
  void subtractsAnotherRecipeSeedBySeed() {
    CommandRun run =
        compare(
            "first second other-first other-second single",
            "--figures=score",
            "--against=scenes-teacher",
            "--markdown");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "| name | seeds | score | score − scenes-teacher |",
            "|---|---|---:|---:|",
            "| scenes-teacher | 0, 1 | %s ± 0.1414 | – |".formatted(number(score + 0.1)),
            "| other | 0, 1 | %s ± 0.2121 | +0.1500 ± 0.0707 |".formatted(number(score + 0.25)),
            "| single | 5 | %s | +0.2000 (other seeds) |".formatted(number(score + 0.3)));
  }

  @Test
  void tellsMachinesAndDraws() throws IOException {
    Path plot = folder.resolve("plot.svg");
    CommandRun run =
        compare(
            "first second other-first other-second begun",
            "--json",
            "--unfinished",
            "--against=other",
            "--plot=" + plot);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("begun: not finished, left out");
    JsonNode json = run.json();
    assertThat(json.get("split").asText()).isEqualTo("test");
    assertThat(json.get("against").asText()).isEqualTo("other");
    assertThat(json.at("/unfinished/0").asText()).endsWith("begun");
    JsonNode first = json.at("/groups/0");
    assertThat(first.get("seeds").toString()).isEqualTo("[0,1]");
    assertThat(first.at("/figures/score/bySeed/0").asDouble()).isEqualTo(score);
    assertThat(first.at("/differences/score/paired").asBoolean()).isTrue();
    assertThat(first.at("/differences/loss/mean").asDouble()).isZero();
    assertThat(json.at("/groups/1").has("differences")).isFalse();
    assertThat(Files.readString(plot))
        .startsWith("<svg xmlns=")
        .contains("score on test", ">scenes-teacher<", ">other<");
  }

  @Test
  void drawsWhatIsReachedAgainstCosts() throws IOException {
    Path plot = folder.resolve("costs.svg");
    CommandRun run =
        compare(
            "first second single",
            "--plot=" + plot,
            "--costs=scenes-teacher=7.5,single=1.25",
            "--cost-unit=bytes a picture");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Files.readString(plot))
        .contains(
            "score on test against bytes a picture: single %s at 1.25"
                .formatted(number(score + 0.3)));
  }

  @Test
  void refusesCostsThatDoNotFit() {
    String plot = "--plot=" + folder.resolve("never.svg");
    assertRefused(
        1,
        "single: found no cost, each needs one",
        "first single",
        plot,
        "--costs=scenes-teacher=1");
    assertRefused(1, "no run is called 'mine'", "first", plot, "--costs=scenes-teacher=1,mine=2");
    assertRefused(
        1,
        "scenes-teacher: found a cost of 0.0, allowed is",
        "first",
        plot,
        "--costs=scenes-teacher=0");
    assertRefused(2, "--costs: only --plot draws them", "first", "--costs=scenes-teacher=1");
    assertThat(folder.resolve("never.svg")).doesNotExist();
  }

  @Test
  void tellsWhatCannotBeCompared() {
    assertRefused(1, "begun: not finished; --unfinished leaves", "first begun");
    assertRefused(1, "found no finished run", "begun", "--unfinished");
    assertRefused(1, "absent: there is no run here", "first absent");
    assertRefused(1, "both are scenes-teacher with seed 0", "first first");
    assertRefused(
        1,
        "figure 'rsum': no run has it on test, allowed are score,",
        "first",
        "--figures=score,rsum");
    assertRefused(
        1, "no run is called 'mine', allowed are scenes-teacher", "first", "--against=mine");
    assertRefused(2, "--split: found train, allowed are dev and test", "first", "--split=train");
    assertRefused(2, "--json and --markdown", "first", "--json", "--markdown");
    assertThat(CommandRun.of("compare").code()).isEqualTo(2);
  }

  private static void assertRefused(int code, String message, String runs, String... options) {
    CommandRun run = compare(runs, options);
    assertThat(run.code()).as(message).isEqualTo(code);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }

  private static CommandRun compare(String runs, String... options) {
    Stream<String> folders =
        Stream.of(runs.split(" ")).map(name -> folder.resolve(name).toString());
    return CommandRun.of(
        Stream.concat(Stream.concat(Stream.of("compare"), folders), Stream.of(options))
            .toArray(String[]::new));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}

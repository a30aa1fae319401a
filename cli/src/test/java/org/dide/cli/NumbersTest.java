package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Numbers that make no sense are wrong usage of every command, told before it does anything. */
class NumbersTest {
  /** Of a seed, any number makes sense; costs are looked at beside the runs that they are of. */
  private static final Set<String> ANY = Set.of("--costs", "--seed");

  static Stream<String> commands() {
    return walk(Main.commandLine())
        .filter(command -> command.getCommandSpec().findOption("--threads") != null)
        .map(command -> command.getCommandSpec().qualifiedName());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void refusesThreadsThatCannotBe(String command) {
    for (String threads : List.of("-1", "1025", "many", "1.5")) {
      assertRefused("--threads", words(command), threads);
    }
    assertThat(run(words(command), "--threads=-1").err())
        .contains("--threads: found -1, allowed are 0 to 1024");
  }

  @ParameterizedTest
  @CsvSource({
    "data scenes, --count, 0",
    "data scenes, --count, -1",
    "data scenes, --epoch, -1",
    "data stats --format=scenes, --top, -1",
    "data shards --format=scenes --out=a, --examples, 0",
    "data vocabulary --format=scenes --out=a, --size, 0",
    "data check --format=scenes, --max-tokens, 1",
    "data check --format=scenes, --max-tokens, -1",
    "eval model --format=scenes, --batch, 0",
    "eval model --format=scenes, --batch, -1",
    "eval model --format=scenes, --limit, -1",
    "eval model --format=scenes, --pairs, -1",
    "probe model --format=scenes, --batch, 0",
    "probe model --format=scenes, --limit, -1",
    "import a --to=b, --heads, 0",
    "import a --to=b, --image-size, 0",
    "import a --to=b, --image-size, -1",
    "bench, --batch, 1",
    "bench, --pictures, -1",
    "bench, --rounds, 0",
    "bench, --vectors, -1",
    "ask why? --image=a.png, --top, 0",
    "ask why? --store=a.store, --top, -1",
    "ask why? --store=a.store, --candidates, 0",
    "count why? --store=a.store, --candidates, 0",
    "count why? --store=a.store, --examples, -1",
    "entail so --store=a.store, --candidates, 0",
    "entail so --store=a.store, --top, 0",
    "reason so --store=a.store, --top, 0",
    "search so --store=a.store, --top, 0",
    "search so --store=a.store, --candidates, 0",
    "store index a.store, --lists, 0",
    "store index a.store, --most-probes, 0"
  })
  void refusesWhatMakesNoSense(String command, String option, String number) {
    CommandRun refused = assertRefused(option, List.of(command.split(" ")), number);
    assertThat(refused.err())
        .contains("%s: found %s, allowed are ".formatted(option, number))
        .containsPattern("allowed are [012] or more");
  }

  /** A new option with a number belongs into the list above. */
  @Test
  void knowsEveryNumber() {
    Set<String> found = new TreeSet<>();
    walk(Main.commandLine())
        .flatMap(command -> command.getCommandSpec().options().stream())
        .filter(NumbersTest::isNumber)
        .forEach(option -> found.add(option.longestName()));
    found.removeAll(ANY);
    assertThat(found)
        .containsExactly(
            "--batch",
            "--candidates",
            "--count",
            "--epoch",
            "--examples",
            "--heads",
            "--image-size",
            "--limit",
            "--lists",
            "--max-tokens",
            "--most-probes",
            "--pairs",
            "--pictures",
            "--rounds",
            "--size",
            "--threads",
            "--top",
            "--vectors");
  }

  private static boolean isNumber(OptionSpec option) {
    return Stream.concat(Stream.of(option.type()), Stream.of(option.auxiliaryTypes()))
        .anyMatch(
            type -> type == int.class || type == long.class || Number.class.isAssignableFrom(type));
  }

  private static CommandRun assertRefused(String option, List<String> command, String number) {
    CommandRun run = run(command, option + "=" + number);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(option).contains("Usage: dide");
    assertThat(run.out()).isEmpty();
    return run;
  }

  private static CommandRun run(List<String> command, String option) {
    List<String> all = new ArrayList<>(command);
    all.add(option);
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static List<String> words(String command) {
    List<String> words = List.of(command.split(" "));
    return words.subList(1, words.size());
  }

  private static Stream<CommandLine> walk(CommandLine command) {
    return Stream.concat(
        Stream.of(command), command.getSubcommands().values().stream().flatMap(NumbersTest::walk));
  }
}

package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help is a product: every command explains itself, and what it shows works. */
class HelpTest {
  /** Words as a shell parts them: quotes hold blanks together. */
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  static Stream<String> commands() {
    return walk(Main.commandLine()).stream().map(HelpTest::name);
  }

  @Test
  void findsTheWholeTree() {
    assertThat(commands())
        .contains("dide", "dide train", "dide data check")
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void saysWhatItDoes(String name) {
    String description = String.join(" ", usage(name).description()).strip();
    assertThat(description).matches("[A-Z].*[.]").hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void showsTwoExamplesThatParse(String name) {
    List<String> examples = examples(name);
    assertThat(examples).hasSizeGreaterThanOrEqualTo(2).allMatch(line -> line.startsWith(name));
    for (String example : examples) {
      List<String> words = words(example);
      // Throws if an option or a command does not exist, or a parameter is missing.
      Main.commandLine().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void tellsItsExitCodes(String name) {
    assertThat(String.join(" ", usage(name).footer()))
        .containsPattern("Exit code: 0 .*\\b1\\b.*\\b2\\b");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void explainsEveryOptionAndParameter(String name) {
    CommandLine command = find(name);
    for (OptionSpec option : command.getCommandSpec().options()) {
      assertExplained(option.longestName(), option);
    }
    for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
      assertExplained(parameter.paramLabel(), parameter);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void printsItsHelp(String name) {
    List<String> words = words(name + " --help");
    CommandRun run = CommandRun.of(words.subList(1, words.size()).toArray(String[]::new));
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Usage: " + name).contains("Examples:");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(run.err()).isEmpty();
  }

  private static void assertExplained(String label, ArgSpec argument) {
    String description = String.join(" ", argument.description());
    assertThat(description).as(label).matches("(?s).{8,}[.]");
  }

  private static List<String> examples(String name) {
    List<String> examples = new ArrayList<>();
    boolean begun = false;
    for (String line : usage(name).footer()) {
      if (begun && line.isBlank()) {
        break;
      }
      if (begun) {
        examples.add(line.strip());
      }
      begun = begun || line.equals("Examples:");
    }
    return examples;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (Matcher matcher = WORD.matcher(line); matcher.find(); ) {
      String quoted = matcher.group().replaceAll("^[\"']|[\"']$", "");
      words.add(quoted);
    }
    return words;
  }

  private static UsageMessageSpec usage(String name) {
    return find(name).getCommandSpec().usageMessage();
  }

  private static CommandLine find(String name) {
    return walk(Main.commandLine()).stream()
        .filter(command -> name(command).equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  private static List<CommandLine> walk(CommandLine command) {
    List<CommandLine> found = new ArrayList<>(List.of(command));
    command.getSubcommands().values().forEach(below -> found.addAll(walk(below)));
    return found;
  }
}

package org.dide.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"encode", "score"})
  void helpShowsExamplesAndExitCodes(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Examples:", "Exit code: 0 done", "--model=DIR", "--out");
  }

  @Test
  void oneKindOfInputMustBeNamed() {
    assertThat(run("encode", "--model", "m", "--out", "o")).isEqualTo(2);
    assertThat(err.toString()).contains("--folder");
    assertThat(run("encode", "--model", "m", "--out", "o", "--folder", "f", "--tars", "t"))
        .isEqualTo(2);
    assertThat(run("score", "v", "--model", "m", "--out", "o")).isEqualTo(2);
    assertThat(run("nothing")).isEqualTo(2);
  }

  @Test
  void numbersMustMakeSense() {
    assertThat(run("score", "v", "--model", "m", "--out", "o", "--question", "q", "--answers", "0"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--answers: found 0, allowed are 1 or more");
  }

  @Test
  void aMasterMustBeNamed() {
    assertThat(run("encode", "--model", "m", "--out", "o", "--folder", "f")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "dide-spark: Spark: no master is named; start this by spark-submit --master MASTER\n");
  }

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}

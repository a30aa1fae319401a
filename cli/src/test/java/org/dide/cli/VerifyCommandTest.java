package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerifyCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsATableAndSucceeds() throws IOException {
    write("normalize_word.json", "{\"rows\": [[\"Two dogs.\", \"2 dogs\"]]}");
    write("case.json", "{\"kind\": \"tea_leaves\"}");

    assertThat(run(directory.toString())).isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.matches("not yet +\\. .*kind tea_leaves"))
        .anyMatch(line -> line.matches("passed +normalize_word\\.json +0 +0 +answers \\(1 rows\\)"))
        .last()
        .isEqualTo("1 passed, 0 failed, 1 not yet");
  }

  @Test
  void failsIfAnyCaseFails() throws IOException {
    write("normalize_word.json", "{\"rows\": [[\"Two dogs.\", \"three cats\"]]}");

    assertThat(run(directory.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("FAILED").endsWith("0 passed, 1 failed, 0 not yet\n");
  }

  @Test
  void printsJson() throws IOException {
    write("normalize_word.json", "{\"rows\": [[\"Two dogs.\", \"three cats\"]]}");

    assertThat(run("--json", directory.toString())).isEqualTo(1);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.get("failed").asInt()).isEqualTo(1);
    JsonNode quantity = report.get("cases").get(0).get("quantities").get(0);
    assertThat(quantity.get("error").asDouble()).isEqualTo(1);
    assertThat(quantity.get("passed").asBoolean()).isFalse();
  }

  @Test
  void tellsWhatIsWrongWithTheFolder() {
    assertThat(run(directory.resolve("absent").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("absent: there is no such folder").doesNotContain("\tat ");
  }

  @Test
  void refusesWrongUsage() {
    assertThat(run("--nonsense")).isEqualTo(2);
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "verify";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return commandLine.execute(all);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }
}

package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.dide.hub.ModelKind;
import org.dide.tensor.HalfMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  private static final String[] QUICK = {
    "bench", "--rounds=1", "--batch=2", "--pictures=10", "--threads=1"
  };

  @TempDir private Path folder;

  @Test
  void printsWhatItMeasured() {
    CommandRun run = run();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern(
            "vqa, one at a time +teacher +[\\d.,]+ +[\\d.,]+ +[\\d.,]+ +1\\.00 +[\\d.]+ %")
        .containsPattern("reasoning, 2 at once +student, both stored ")
        .containsPattern("entailment +3 +10 ")
        .contains("demo: texts of 10 tokens, pictures of 9 patches");
    assertThat(run.err()).contains("vqa, one at a time: warming up");
  }

  @Test
  void writesTheResultAndAChart() throws Exception {
    Path out = folder.resolve("deep/speed");
    JsonNode printed = run("--json", "--out", out.toString()).json();
    JsonNode written = new ObjectMapper().readTree(out.resolve("bench.json").toFile());
    for (JsonNode result : new JsonNode[] {printed, written}) {
      assertThat(result.path("version").asInt()).isEqualTo(1);
      assertThat(result.path("entrants").asText()).isEqualTo("demo");
      assertThat(result.path("settings").path("batch").asInt()).isEqualTo(2);
      assertThat(result.path("figures")).hasSize(HalfMatrix.isSupported() ? 20 : 16);
      assertThat(result.path("figures").path(0).path("task").asText()).isEqualTo("vqa");
      assertThat(result.path("figures").path(0).path("timesFaster").asDouble()).isEqualTo(1);
      assertThat(result.path("scans")).hasSize(2);
    }
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(out.resolve("bench.svg").toFile())
                .getElementsByTagName("title")
                .item(0)
                .getTextContent())
        .contains("reasoning, one at a time: student, pictures stored ");
    try (var files = Files.list(out)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void measuresOwnModels() {
    Path teacher = TinyModelFolder.save(folder.resolve("teacher"), ModelKind.FUSION, 1);
    Path student = TinyModelFolder.save(folder.resolve("student"), ModelKind.DUAL, 2);
    CommandRun own = own("--teacher", teacher.toString(), "--student", student.toString());
    assertThat(own.code()).as(own.err()).isZero();
    assertThat(own.out()).contains("student, pictures stored").containsPattern("vqa +6 +10 ");
    assertThat(own("--teacher", teacher.toString()).code()).isEqualTo(2);
    CommandRun both = run("--teacher", teacher.toString(), "--student", student.toString());
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("--shape is of drawn models, own ones have their sizes");
    assertThat(own("--teacher", student.toString(), "--student", teacher.toString()).err())
        .contains("allowed is a fusion model");
  }

  @Test
  void refusesACollectionThatTheMemoryCannotHold() {
    CommandRun run =
        CommandRun.of("bench", "--shape=demo", "--vectors=0", "--pictures=" + Integer.MAX_VALUE);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .containsPattern("2,147,483,647 pictures of [\\d,]+ bytes each takes [\\d,]+ MiB")
        .containsPattern("found [\\d,]+ MiB: allowed are at most [\\d,]+ pictures")
        .doesNotContain("warming up");
  }

  @Test
  void tellsWhatIsAtWorkButNotTooOften() {
    StringWriter lines = new StringWriter();
    AtomicLong clock = new AtomicLong();
    BenchProgress progress = new BenchProgress(new PrintWriter(lines, true), clock::get);
    progress.begun("a", 0, 3);
    progress.begun("a", 1, 3);
    clock.set(11_000_000_000L);
    progress.begun("a", 2, 3);
    progress.begun("a", 3, 3);
    progress.begun("b", 0, 3);
    assertThat(lines.toString().lines())
        .containsExactly("a: warming up", "a: round 2 of 3", "b: warming up");
  }

  /** Of drawn models. */
  private static CommandRun run(String... more) {
    return own(Stream.concat(Stream.of("--shape=demo"), Stream.of(more)).toArray(String[]::new));
  }

  private static CommandRun own(String... more) {
    String[] all = new String[QUICK.length + more.length];
    System.arraycopy(QUICK, 0, all, 0, QUICK.length);
    System.arraycopy(more, 0, all, QUICK.length, more.length);
    return CommandRun.of(all);
  }
}

package org.dide.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class DoctorCommandTest {
  @Test
  void tellsWhatTheMachineCanDo() {
    CommandRun run = CommandRun.of("doctor", "--threads", "1");
    assertThat(run.code()).isZero();
    assertThat(run.out().lines())
        .anyMatch(line -> line.matches("engine +libtorch 2\\..*"))
        .anyMatch(line -> line.matches("pictures +OpenCV 4\\.\\d+\\.\\d+"))
        .anyMatch(line -> line.matches("threads +1 in an operation, 1 in OpenBLAS, .*"))
        .anyMatch(line -> line.matches("settings +(not )?as they should be: .*"))
        .anyMatch(line -> line.matches("memory +[\\d.]+ GiB, .*"))
        .anyMatch(line -> line.matches("gpu +.*"))
        .anyMatch(line -> line.matches("matrices +\\d+ GFLOP/s in fp32.*"))
        .anyMatch(line -> line.equals("Nothing is wrong.") || line.startsWith("found: "));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void tellsItToMachines() {
    CommandRun run = CommandRun.of("doctor", "--json", "--threads", "1");
    assertThat(run.code()).isZero();
    JsonNode json = run.json();
    assertThat(json.get("usable").asBoolean()).isTrue();
    JsonNode report = json.get("report");
    assertThat(report.at("/settings/threads").asInt()).isEqualTo(1);
    assertThat(report.at("/machine/processors").asInt()).isPositive();
    assertThat(report.at("/rates/0/precision").asText()).isEqualTo("fp32");
    assertThat(report.at("/rates/0/gigaflops").asDouble()).isPositive();
    assertThat(report.get("advice").isArray()).isTrue();
  }

  /** In a process of its own that finds no place to unpack native libraries to. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void failsWhereTheEngineCannotBeLoaded() throws Exception {
    Process process = withoutPlaceForLibraries("doctor");
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(output)
        .contains("found: a native library cannot be loaded")
        .contains("   do: it is unpacked to ~/.javacpp/cache");
  }

  @Test
  void refusesWrongUsage() {
    assertThat(CommandRun.of("doctor", "me").code()).isEqualTo(2);
    CommandRun threads = CommandRun.of("doctor", "--threads", "-3");
    assertThat(threads.code()).isEqualTo(2);
    assertThat(threads.err()).startsWith("--threads: found -3, allowed are 0 to 1024\n");
  }

  private static Process withoutPlaceForLibraries(String command) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Dorg.bytedeco.javacpp.cachedir=/dev/null/cache");
    line.add("-Duser.home=/dev/null");
    line.add("-Djava.io.tmpdir=/dev/null/tmp");
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    line.add(command);
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}

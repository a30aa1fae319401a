package org.dide.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EngineTest {
  private static final Machine IDLE =
      new Machine(
          "Linux 6 amd64",
          "some",
          8,
          true,
          0.1,
          32L << 30,
          16L << 30,
          1L << 30,
          4L << 30,
          "17",
          List.of());
  private static final EngineSettings GOOD = new EngineSettings(8, 8, 8, Spinning.OFF, 0);

  /** A program that embeds the library and reaches for a tensor without further ado. */
  static final class Embedder {
    public static void main(String[] arguments) {
      try (Scope scope = Scope.open()) {
        Tensors.of(new float[] {1}, 1).add(Tensors.of(new float[] {2}, 1));
        System.out.println("spinning " + Engine.settings().spinning());
      }
    }
  }

  @Test
  void setsBothThreadPools() {
    int before = Engine.settings().threads();
    try {
      EngineSettings settings = Engine.configure(1);
      assertThat(settings.threads()).isEqualTo(1);
      assertThat(settings.blasThreads()).isEqualTo(1);
      settings = Engine.configure(2);
      assertThat(settings.threads()).isEqualTo(2);
      assertThat(settings.blasThreads()).isEqualTo(2);
      assertThat(Engine.settings()).isEqualTo(settings);
    } finally {
      Engine.configure(before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1025})
  void refusesOtherNumbersOfThreads(int threads) {
    assertThatThrownBy(() -> Engine.configure(threads))
        .isInstanceOf(InputException.class)
        .hasMessage("threads: found %d, allowed are 1 to 1024", threads);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void threadsOfEmbeddersDoNotSpin() throws Exception {
    String output = embedder(Map.of());
    assertThat(output).contains("spinning OFF");
    assertThat(output).as("what OpenMP itself says").contains("GOMP_SPINCOUNT = '0'");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theUsersOwnSettingStays() throws Exception {
    String output = embedder(Map.of("GOMP_SPINCOUNT", "1000"));
    assertThat(output).contains("spinning ON").contains("GOMP_SPINCOUNT = '1000'");
  }

  /** One of them used to die, in every other try, of a library that another was unpacking. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void programsThatStartTogetherUnpackItOnce(@TempDir Path cache) throws Exception {
    List<Process> programs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      programs.add(start(Map.of(), "-Dorg.bytedeco.javacpp.cachedir=" + cache));
    }
    for (Process program : programs) {
      assertThat(outputOf(program)).contains("spinning OFF");
    }
    assertThat(cache.toFile().list()).anyMatch(name -> name.startsWith(".unpacked-pytorch-2."));
  }

  @Test
  void measuresThisMachine() {
    EngineReport report = EngineReport.measure();
    assertThat(report.version()).startsWith("2.");
    assertThat(report.cpuCapability()).isNotBlank();
    assertThat(report.rates()).isNotEmpty();
    assertThat(report.rates())
        .allSatisfy(rate -> assertThat(rate.gigaflops()).isBetween(0.001, 1e6));
    assertThat(report.machine().resident()).isBetween(20L << 20, report.machine().memory());
    assertThat(report.machine().processors()).isPositive();
  }

  @Test
  void saysNothingWhereAllIsWell() {
    assertThat(EngineReport.advice(IDLE, GOOD, "AVX512", 0)).isEmpty();
  }

  @Test
  void saysWhatIsWrong() {
    Machine busy =
        new Machine(
            "Linux 6 amd64", "some", 2, false, 2.0, 2L << 30, 1L << 30, 1, 1, "17", List.of("H1"));
    EngineSettings bad = new EngineSettings(2, 2, 2, Spinning.ON, 5L << 30);
    assertThat(EngineReport.advice(busy, bad, "DEFAULT", 0))
        .extracting(EngineReport.Advice::finding)
        .satisfiesExactly(
            spin -> assertThat(spin).contains("spin"),
            load -> assertThat(load).contains("all 2 processors busy (load 2.0)"),
            limit -> assertThat(limit).contains("OutOfMemoryError at 5120 MB"),
            cpu -> assertThat(cpu).contains("no AVX2"),
            memory -> assertThat(memory).contains("2048 MB of memory"),
            gpu -> assertThat(gpu).contains("a GPU (H1)"));
    assertThat(EngineReport.advice(busy, bad, "DEFAULT", 1))
        .noneMatch(advice -> advice.finding().contains("GPU"));
  }

  private static String embedder(Map<String, String> environment)
      throws IOException, InterruptedException {
    return outputOf(start(environment));
  }

  private static Process start(Map<String, String> environment, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Embedder.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"));
    builder.environment().put("OMP_DISPLAY_ENV", "verbose");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String outputOf(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}

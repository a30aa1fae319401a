package org.dide.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.tensor.SafetensorsFile;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir Path parent;
  Path folder;

  @BeforeEach
  void name() {
    folder = parent.resolve("run");
  }

  @Test
  void keepsTheRecipeAndTheLastTwoCheckpoints() throws IOException {
    try (RunFolder run = RunFolder.create(folder, "seed: 1\n")) {
      assertThat(run.latest()).isEmpty();
      for (long step : new long[] {9, 10, 100_000_000L}) {
        save(run, step);
      }
      assertThat(run.latest()).map(Checkpoint::step).contains(100_000_000L);
      assertThat(names("checkpoints")).containsExactly("step-00000010", "step-100000000");
    }
    try (RunFolder run = RunFolder.open(folder);
        Scope scope = Scope.open()) {
      assertThat(run.recipe()).isEqualTo("seed: 1\n");
      Checkpoint latest = run.latest().orElseThrow();
      assertThat(latest.state()).isEqualTo("{\"at\":100000000}");
      assertThat(value(latest.model(), "w")).isEqualTo(100_000_000f);
      assertThat(value(latest.optimizer(), "m/w")).isEqualTo(-100_000_000f);
    }
  }

  @Test
  void overwritesACheckpointAndForgetsAFutureGivenUp() {
    try (RunFolder run = RunFolder.create(folder, "")) {
      save(run, 10);
      save(run, 20);
      save(run, 10);
      assertThat(run.latest()).map(Checkpoint::step).contains(10L);
    }
  }

  @Test
  void ignoresAndClearsWhatACrashLeft() throws IOException {
    try (RunFolder run = RunFolder.create(folder, "")) {
      save(run, 10);
      run.replaceBest(best -> Files.writeString(best.resolve("config.json"), "{}"));
    }
    Path checkpoints = folder.resolve("checkpoints");
    Path half = Files.createDirectory(checkpoints.resolve(".step-00000020.new"));
    Files.writeString(half.resolve("model.safetensors"), "half");
    Files.createDirectory(checkpoints.resolve("step-00000030")); // never made by us: empty
    Files.move(folder.resolve("best"), folder.resolve(".best.old"));

    try (RunFolder run = RunFolder.open(folder)) {
      assertThat(run.latest()).map(Checkpoint::step).contains(10L);
      assertThat(run.best().resolve("config.json")).hasContent("{}");
      assertThat(half).doesNotExist();
    }
  }

  @Test
  void aKilledProcessLeavesTheCheckpointBefore() throws IOException, InterruptedException {
    try (RunFolder run = RunFolder.create(folder, "")) {
      save(run, 10);
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DiesWhileWriting.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(DiesWhileWriting.EXIT);
    assertThat(names("")).contains(".best.new");

    try (RunFolder run = RunFolder.open(folder)) {
      assertThat(run.latest()).map(Checkpoint::step).contains(10L);
      assertThat(names("")).doesNotContain(".best.new", "best");
    }
  }

  /** Holds the lock, writes half a folder and stops as if it had been killed. */
  static final class DiesWhileWriting {
    static final int EXIT = 42;

    private DiesWhileWriting() {}

    public static void main(String[] arguments) {
      RunFolder run = RunFolder.open(Path.of(arguments[0]));
      run.replaceBest(
          best -> {
            Files.writeString(best.resolve("model.safetensors"), "half");
            Runtime.getRuntime().halt(EXIT);
          });
    }
  }

  @Test
  void letsOneProcessTrainAtATime() {
    RunFolder first = RunFolder.create(folder, "");
    assertThatThrownBy(() -> RunFolder.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another process is training in this folder");
    first.close();
    RunFolder.open(folder).close();
  }

  @Test
  void abandonedTakesBackOnlyWhatItCreated() throws IOException {
    RunFolder.create(folder, "").abandon();
    assertThat(folder).doesNotExist();

    Files.createDirectory(folder);
    Files.writeString(folder.resolve("notes.txt"), "mine");
    RunFolder.create(folder, "").abandon();
    assertThat(folder).isDirectoryContaining("glob:**notes.txt");
    RunFolder.create(folder, "").close(); // nothing in the way of another
  }

  @Test
  void refusesToMixRuns() {
    RunFolder.create(folder, "").close();

    assertThatThrownBy(() -> RunFolder.create(folder, ""))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is a run in this folder already");
    RunFolder.open(folder).close(); // and the refusal has not kept the lock
    assertThatThrownBy(() -> RunFolder.open(parent.resolve("nothing")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no recipe.yaml");
  }

  private static void save(RunFolder run, long step) {
    try (Scope scope = Scope.open()) {
      run.save(
          step,
          Map.of("w", Tensors.of(new float[] {step}, 1)),
          Map.of("m/w", Tensors.of(new float[] {-step}, 1)),
          "{\"at\":%d}".formatted(step));
    }
  }

  private static float value(Path file, String name) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      Tensor tensor = opened.tensor(name);
      return Tensors.floats(tensor)[0];
    }
  }

  private List<String> names(String relative) throws IOException {
    try (Stream<Path> paths = Files.list(folder.resolve(relative))) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}

package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  @TempDir private static Path folder;
  private static Path run = Path.of("");

  @BeforeAll
  static void train() {
    run = folder.resolve("run");
    TinyRun.train(run);
  }

  @Test
  void describesAModel() {
    CommandRun text = inspect(run.resolve("best"), "--recipe");
    assertThat(text.code()).isZero();
    assertThat(text.out().lines())
        .anyMatch(line -> line.matches("model +fusion, for vqa"))
        .anyMatch(line -> line.matches("fingerprint +[0-9a-f]{64}"))
        .anyMatch(line -> line.matches("parameters +[\\d,]+ in \\d+ tensors, F32"))
        .anyMatch(line -> line.matches("  vqa_classifier +[\\d,]+"))
        .anyMatch(line -> line.matches("architecture +width 32, heads 2, depth 2, .*"))
        .anyMatch(line -> line.matches("answers +22: no, yes, .*, …"))
        .anyMatch(line -> line.matches("data +scenes \\(dev\\), 40 examples"))
        .anyMatch(line -> line.matches("result +test/score [01]\\.\\d{4}"))
        .contains("name: scenes-teacher");
    assertThat(text.out()).doesNotContain("qkv");
  }

  @Test
  void describesAModelToMachines() {
    JsonNode model = inspect(run.resolve("best"), "--json", "--tensors").json().get("model");
    assertThat(model.get("kind").asText()).isEqualTo("fusion");
    assertThat(model.at("/provenance/created").asText()).matches("\\d{4}-.*Z");
    assertThat(model.at("/provenance/results").has("dev/score")).isTrue();
    JsonNode parameters = model.get("parameters");
    long sum = 0;
    for (JsonNode tensor : parameters.get("tensors")) {
      long count = 1;
      for (JsonNode side : tensor.get("shape")) {
        count *= side.asLong();
      }
      sum += count;
    }
    assertThat(parameters.get("count").asLong()).isEqualTo(sum);
    assertThat(parameters.at("/types/F32").asLong()).isEqualTo(sum);
  }

  @Test
  void describesARunThatIsGoingOn() throws IOException {
    List<Path> before = files();
    try (FileChannel channel = FileChannel.open(run.resolve(".lock"), StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      CommandRun text = inspect(run);
      assertThat(text.code()).isZero();
      assertThat(text.out().lines())
          .anyMatch(line -> line.matches("recipe +scenes-teacher"))
          .anyMatch(line -> line.matches("steps +40 of 40"))
          .anyMatch(line -> line.matches("checkpoints +at 20, 40"))
          .anyMatch(line -> line.matches("best on dev +step [24]0: score .*"))
          .anyMatch(line -> line.matches("fingerprint +[0-9a-f]{64}"));
      JsonNode json = inspect(run, "--json").json();
      assertThat(json.at("/run/step").asInt()).isEqualTo(40);
      assertThat(json.at("/run/evaluations")).hasSize(2);
      assertThat(json.at("/model/kind").asText()).isEqualTo("fusion");
    }
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void describesARunThatHasNotBegun() throws IOException {
    Path young = Files.createDirectory(folder.resolve("young"));
    Files.copy(run.resolve("recipe.yaml"), young.resolve("recipe.yaml"));
    CommandRun text = inspect(young);
    assertThat(text.code()).isZero();
    assertThat(text.out())
        .containsPattern("steps +0 of 40")
        .containsPattern("checkpoints +none")
        .containsPattern("best model +none yet");
  }

  @Test
  void listsTheTensorsOfAFile() {
    CommandRun text = inspect(run.resolve("best/model.safetensors"), "--tensors");
    assertThat(text.code()).isZero();
    assertThat(text.out().lines())
        .anyMatch(line -> line.matches("SHA-256 +[0-9a-f]{64}"))
        .anyMatch(line -> line.matches("metadata +format: pt"))
        .anyMatch(
            line ->
                line.matches("transformer\\.blocks\\.0\\.attn\\.qkv\\.weight +F32  \\[96, 32\\]"));
    Path state = run.resolve("checkpoints/step-00000040/optimizer.safetensors");
    assertThat(inspect(state, "--json").json().at("/file/parts").properties())
        .extracting(java.util.Map.Entry::getKey)
        .contains("m", "v");
  }

  @Test
  void tellsWhatItCannotLookInto() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "some notes, not tensors");
    assertThat(inspect(text).code()).isEqualTo(1);
    assertThat(inspect(text).err())
        .contains("notes.txt: is neither a safetensors file nor a PyTorch checkpoint");
    assertThat(inspect(folder.resolve("absent")).err()).contains("there is no such model folder");
    assertThat(inspect(folder).err()).contains("config.json").contains("a model folder needs");
    assertThat(CommandRun.of("inspect").code()).isEqualTo(2);
  }

  private static CommandRun inspect(Path path, String... options) {
    return CommandRun.of(
        Stream.concat(Stream.of("inspect", path.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(run)) {
      return paths.sorted().toList();
    }
  }
}

package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.dide.hub.ModelKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeCommandsTest {
  @TempDir private Path folder;

  @Test
  void aTeacherGoesOutAndComesBackTheSame() {
    Path model = TinyModelFolder.save(folder.resolve("model"), ModelKind.FUSION, 3);
    Path exported = folder.resolve("exported");
    Path back = folder.resolve("back");
    assertThat(run("export", model, "--to", exported).code()).isZero();
    CommandRun imported = run("import", exported, "--to", back, "--json");
    assertThat(imported.code()).isZero();
    assertThat(imported.json().at("/from").asText()).isEqualTo("ViltForQuestionAnswering");
    assertThat(imported.json().at("/task").asText()).isEqualTo("vqa");
    CommandRun same = run("inspect", model, "--diff", back);
    assertThat(same.code()).isZero();
    assertThat(same.out()).matches("the same +\\d+ tensors\\s+");
  }

  @Test
  void tellsInWhatModelsDiffer() {
    Path one = TinyModelFolder.save(folder.resolve("one"), ModelKind.FUSION, 3);
    Path other = TinyModelFolder.save(folder.resolve("other"), ModelKind.FUSION, 4);
    CommandRun values = run("inspect", one, "--diff", other);
    assertThat(values.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(values.out())
        .containsPattern("other values +pooler.dense.weight: 1,024 of 1,024, by at most 0\\.");
    Path exported = folder.resolve("exported");
    assertThat(run("export", one, "--to", exported).code()).isZero();
    CommandRun names = run("inspect", one, "--diff", exported, "--json");
    assertThat(names.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(names.json().at("/onlyFirst").toString()).contains("\"pooler.dense.bias\"");
    assertThat(names.json().at("/onlySecond").toString()).contains("\"vilt.pooler.dense.bias\"");
  }

  @Test
  void aStudentGoesOutAsGraphsAndATeacherDoesNot() {
    Path student = TinyModelFolder.save(folder.resolve("student"), ModelKind.DUAL, 3);
    Path teacher = TinyModelFolder.save(folder.resolve("teacher"), ModelKind.FUSION, 3);
    Path graphs = folder.resolve("graphs");
    assertThat(run("export", student, "--format", "onnx", "--to", graphs).code()).isZero();
    assertThat(graphs.resolve("image_tower.onnx")).isNotEmptyFile();
    CommandRun refused = run("export", teacher, "--format", "onnx", "--to", folder.resolve("no"));
    assertThat(refused.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(refused.err()).startsWith("dide: ").doesNotContain("DIDE_TRACE");
    assertThat(Files.exists(folder.resolve("no"))).isFalse();
  }

  @Test
  void aModelThatIsNowhereIsNotLookedForOnTheNetwork() {
    CommandRun absent = run("import", "nobody/nothing-of-this-name", "--to", folder.resolve("no"));
    assertThat(absent.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(absent.err()).contains("not in the cache").contains("--download");
    assertThat(Files.exists(folder.resolve("no"))).isFalse();
  }

  private static CommandRun run(Object... arguments) {
    return CommandRun.of(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }
}

package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultModelTest {
  @TempDir Path current;
  @TempDir Path home;

  @Test
  void prefersTheDemosModelToTheBundledOne() throws IOException {
    Path bundled = Files.createDirectories(home.resolve("models/scenes-student"));
    assertThat(DefaultModel.find(current, Optional.of(home))).isEqualTo(bundled);

    Path demo = Files.createDirectories(current.resolve("demo/model"));
    assertThat(DefaultModel.find(current, Optional.of(home))).isEqualTo(demo);
    assertThat(DefaultModel.find(current, Optional.empty())).isEqualTo(demo);
  }

  @Test
  void takesTheOneThatIsNamed() {
    assertThat(DefaultModel.folder(Optional.of(home))).isEqualTo(home);
  }

  @Test
  void saysWhereItLookedAndWhatToDoIfThereIsNone() {
    assertThatThrownBy(() -> DefaultModel.find(current, Optional.of(home)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("neither " + current.resolve("demo/model"))
        .hasMessageContaining("nor " + home.resolve("models/scenes-student"))
        .hasMessageContaining("run dide demo")
        .hasMessageContaining("--model");
    assertThatThrownBy(() -> DefaultModel.find(current, Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("neither " + current.resolve("demo/model"))
        .hasMessageContaining("nor " + Path.of("models", "scenes-student"))
        .hasMessageContaining("the launcher dide");
  }

  @Test
  void passesOverFiles() throws IOException {
    Files.createDirectories(current.resolve("demo"));
    Files.writeString(current.resolve("demo/model"), "no folder");
    assertThatThrownBy(() -> DefaultModel.find(current, Optional.of(home)))
        .isInstanceOf(InputException.class);
  }
}

package org.dide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir Path parent;
  Path best;

  @BeforeEach
  void name() {
    best = parent.resolve("best");
  }

  @Test
  void replacesTheWholeFolder() throws IOException {
    AtomicFolder.write(best, folder -> Files.writeString(folder.resolve("a"), "1"));
    AtomicFolder.write(best, folder -> Files.writeString(folder.resolve("b"), "2"));

    assertThat(files()).containsExactly("best", "best/b");
  }

  @Test
  void aFailedWriterLeavesTheOldFolder() throws IOException {
    AtomicFolder.write(best, folder -> Files.writeString(folder.resolve("a"), "1"));

    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    best,
                    folder -> {
                      Files.writeString(folder.resolve("a"), "half");
                      throw new IOException("no space left");
                    }))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("best: cannot be written")
        .hasMessageContaining("no space left");

    assertThat(files()).containsExactly("best", "best/a");
    assertThat(Files.readString(best.resolve("a"))).isEqualTo("1");
  }

  // The states a kill can leave behind, in the order in which a writer goes through them.

  @Test
  void killedWhileWritingTheNew() throws IOException {
    put("best/a", "old");
    put(".best.new/a", "ha");

    AtomicFolder.recover(parent);

    assertThat(files()).containsExactly("best", "best/a");
    assertThat(Files.readString(best.resolve("a"))).isEqualTo("old");
  }

  @Test
  void killedBetweenTheRenames() throws IOException {
    put(".best.old/a", "old");
    put(".best.new/a", "new");

    AtomicFolder.recover(parent);

    assertThat(files()).containsExactly("best", "best/a");
    assertThat(Files.readString(best.resolve("a"))).isEqualTo("old");
  }

  @Test
  void killedBeforeTheOldWasDeleted() throws IOException {
    put("best/a", "new");
    put(".best.old/a", "old");

    AtomicFolder.recover(parent);

    assertThat(files()).containsExactly("best", "best/a");
    assertThat(Files.readString(best.resolve("a"))).isEqualTo("new");
  }

  @Test
  void writesOverLeftOversToo() throws IOException {
    put("best/a", "1");
    put(".best.old/a", "0");
    put(".best.new/junk", "?");

    AtomicFolder.write(best, folder -> Files.writeString(folder.resolve("a"), "2"));

    assertThat(files()).containsExactly("best", "best/a");
    assertThat(Files.readString(best.resolve("a"))).isEqualTo("2");
  }

  @Test
  void touchesNothingElse() throws IOException {
    put(".git/old", "x");
    put("other.new/a", "x");

    AtomicFolder.recover(parent);

    assertThat(files()).containsExactly(".git", ".git/old", "other.new", "other.new/a");
  }

  private void put(String path, String text) throws IOException {
    Path file = parent.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> paths = Files.walk(parent)) {
      return paths
          .filter(path -> !path.equals(parent))
          .map(path -> parent.relativize(path).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }
}

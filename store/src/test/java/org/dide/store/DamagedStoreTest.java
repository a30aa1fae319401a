package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.dide.InputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedStoreTest {
  private static final int FLIPS = 20; // of each file

  @TempDir Path folder;

  @BeforeEach
  void write() {
    StoreDescription description =
        Rows.description(VectorType.FLOAT32, 2, new MetadataField("year", MetadataType.INT64));
    try (StoreWriter writer = StoreWriter.create(folder, description)) {
      writer.write(List.of(row("a"), row("b"), row("c")));
      writer.write(List.of(row("d")));
      writer.delete(List.of("b"));
    }
  }

  private static StoredRow row(String id) {
    return Rows.picture(id, 0, 2, Map.of("year", 2000L));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private List<StoredRow> read() {
    List<StoredRow> rows = new ArrayList<>();
    try (VectorStore store = VectorStore.open(folder)) {
      store.forEach(Optional.empty(), rows::add);
    }
    return rows;
  }

  /** What is changed is told by the file's name, or changes nothing. */
  private boolean refuses(Path file, List<StoredRow> whole) {
    try {
      assertThat(read()).as("%s", file).usingRecursiveComparison().isEqualTo(whole);
      return false;
    } catch (InputException problem) {
      assertThat(problem.getMessage()).contains(file.getFileName().toString());
      return true;
    }
  }

  @Test
  void noByteThatIsReadCanChangeUnnoticed() throws IOException {
    List<StoredRow> whole = read();
    assertThat(whole).hasSize(3);
    Random random = new Random(1);
    int refused = 0;
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < Math.min(FLIPS, bytes.length); i++) {
        byte[] changed = bytes.clone();
        int at = bytes.length <= FLIPS ? i : random.nextInt(bytes.length);
        changed[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, changed);
        refused += refuses(file, whole) ? 1 : 0;
      }
      Files.write(file, bytes);
    }
    assertThat(refused)
        .isGreaterThanOrEqualTo(5 * FLIPS); // two of data, manifest, deletion, record
    assertThat(read()).usingRecursiveComparison().isEqualTo(whole);
  }

  @Test
  void noFileCanBeCutOrLostUnnoticed() throws IOException {
    List<StoredRow> whole = read();
    int refused = 0;
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int length : new int[] {0, bytes.length / 2, Math.max(0, bytes.length - 1)}) {
        Files.write(file, Arrays.copyOf(bytes, length));
        refused += refuses(file, whole) ? 1 : 0;
      }
      Files.write(file, bytes);
    }
    assertThat(refused).isGreaterThanOrEqualTo(5 * 3);
  }

  @Test
  void aWriterRefusesDamageToo() throws IOException {
    Path data =
        files().stream()
            .filter(file -> file.toString().endsWith(".lance"))
            .findFirst()
            .orElseThrow();
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    assertThatThrownBy(() -> StoreWriter.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(data + ": is damaged");
  }
}

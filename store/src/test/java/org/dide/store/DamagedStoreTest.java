package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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
  private static final int FLIPS = 4; // of each file

  private static final int SOME = 20; // of a file

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

  private List<String> read() {
    List<String> rows = new ArrayList<>();
    try (VectorStore store = VectorStore.open(folder)) {
      store.forEach(Optional.empty(), row -> rows.add(Rows.told(row)));
    }
    return rows;
  }

  /** What is changed is told by the file's name, or changes nothing. */
  private boolean refuses(Path file, List<String> whole) {
    try {
      assertThat(read()).as("%s", file).isEqualTo(whole);
      return false;
    } catch (InputException problem) {
      assertThat(problem.getMessage()).contains(file.getFileName().toString());
      return true;
    }
  }

  /** The files that the last commit is read from, and its record. */
  private List<Path> listed() {
    Path record = StoreFolder.records(folder).newest().orElseThrow();
    Stream<Path> files =
        StoreFolder.records(folder).read(record).files().stream()
            .map(file -> folder.resolve(file.path()));
    return Stream.concat(files, Stream.of(record)).toList();
  }

  /** What opening checks, one file after the other. */
  private boolean opens() {
    Records records = StoreFolder.records(folder);
    try {
      records.read(records.newest().orElseThrow()).files().forEach(file -> file.check(folder));
      return true;
    } catch (InputException refused) {
      return false;
    }
  }

  @Test
  void noByteOfARecordOrManifestCanChangeUnnoticed() throws IOException {
    Random random = new Random(1);
    for (Path file : listed()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += step(file, bytes)) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, changed);
        assertThat(opens()).as("%s, byte %d", file, at).isFalse();
      }
      Files.write(file, bytes);
    }
    assertThat(opens()).isTrue();
  }

  @Test
  void aChangedByteIsToldByItsFile() throws IOException {
    List<String> whole = read();
    assertThat(whole).hasSize(3);
    assertThat(listed()).hasSize(5); // two of data, manifest, deletion, record
    for (Path file : listed()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += Math.max(1, bytes.length / FLIPS)) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        Files.write(file, changed);
        assertThat(refuses(file, whole)).as("%s, byte %d", file, at).isTrue();
      }
      Files.write(file, bytes);
    }
    assertThat(read()).isEqualTo(whole);
  }

  @Test
  void noFileThatIsReadCanBeCutUnnoticed() throws IOException {
    List<String> whole = read();
    for (Path file : listed()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int length = bytes.length - 1; length >= 0; length -= Math.max(1, bytes.length / SOME)) {
        cut(file, length);
        assertThat(refuses(file, whole)).as("%s, %d bytes", file, length).isTrue();
      }
      Files.write(file, bytes);
    }
    assertThat(read()).isEqualTo(whole);
  }

  /** Of record and manifest every byte, of data some. */
  private static int step(Path file, byte[] bytes) {
    String name = file.getFileName().toString();
    boolean every = name.endsWith(".json") || name.endsWith(".manifest");
    return every ? 1 : Math.max(1, bytes.length / SOME);
  }

  private static void cut(Path file, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  @Test
  void noOtherFileChangesWhatIsRead() throws IOException {
    List<String> whole = read();
    List<Path> others = new ArrayList<>(files());
    others.removeAll(listed());
    assertThat(others).isNotEmpty();
    for (Path file : others) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += Math.max(1, bytes.length / FLIPS)) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        Files.write(file, changed);
        assertThat(read()).as("%s, byte %d", file, at).isEqualTo(whole);
      }
      Files.write(file, new byte[0]);
      assertThat(read()).as("%s, empty", file).isEqualTo(whole);
      Files.delete(file);
      assertThat(read()).as("%s, lost", file).isEqualTo(whole);
      Files.write(file, bytes);
    }
  }

  /** Without its record, a commit never was: the store is then as the one before left it. */
  @Test
  void noFileThatIsReadCanBeLostUnnoticed() throws IOException {
    List<String> whole = read();
    List<Path> listed = listed();
    for (Path file : listed.subList(0, listed.size() - 1)) {
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      assertThat(refuses(file, whole)).as("%s", file).isTrue();
      Files.write(file, bytes);
    }
    Files.delete(listed.get(listed.size() - 1));
    assertThat(read()).hasSize(4);
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

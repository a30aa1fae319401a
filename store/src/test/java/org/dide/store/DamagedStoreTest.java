package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damage to a truly small store is told by the file's name, or changes nothing that is read. The
 * system property {@code dide.damage} is how many bytes apart the damages are (31); 1 damages each
 * byte of each file and cuts each file at each length.
 */
class DamagedStoreTest {
  private static final int STEP = Integer.getInteger("dide.damage", 31);
  private static final float[] QUERY = {0.6f, 0.8f};

  @TempDir Path folder;

  @BeforeEach
  void write() {
    StoreDescription description =
        new StoreDescription(
            StoredKind.PICTURES,
            "f00d",
            "tiny",
            1,
            1,
            QUERY.length,
            VectorType.FLOAT32,
            List.of(new MetadataField("year", MetadataType.INT64)));
    try (StoreWriter writer = StoreWriter.create(folder, description)) {
      writer.write(List.of(row("a", 1, 0), row("b", 0, 1), row("c", 0.8f, 0.6f)));
      writer.index(
          new IndexSettings(0.1, Optional.of(1), Optional.empty()), Optional.empty(), step -> {});
      writer.write(List.of(row("d", 0, -1)));
      writer.delete(List.of("b"));
    }
  }

  private static StoredRow row(String id, float... share) {
    return new StoredRow(
        new StoredItem.Picture(id, "%064x".formatted(1), 100, 200),
        new Vectors(List.of(new float[] {0.5f}), List.of(share)),
        Map.of("year", 2000L));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** All that can be read: rows, what a filter takes, what the index finds and what it is. */
  private List<String> read() {
    List<String> all = new ArrayList<>();
    try (VectorStore store = VectorStore.open(folder)) {
      store.forEach(Optional.empty(), row -> all.add(Rows.told(row)));
      all.add(store.index() + " " + store.partWithoutIndex());
      try (Gallery gallery = store.gallery(Optional.of("year = 2000"))) {
        all.add(told(gallery));
      }
      try (Gallery nearest = store.nearest(QUERY, 2, Optional.empty())) {
        all.add(told(nearest));
      }
    }
    return all;
  }

  private static String told(Gallery gallery) {
    StringBuilder told = new StringBuilder();
    for (int row = 0; row < gallery.size(); row++) {
      told.append(gallery.items().get(row)).append(Arrays.toString(gallery.shares(row).get(0)));
    }
    return told.toString();
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
    return listed(folder);
  }

  private static List<Path> listed(Path folder) {
    Path record = StoreFolder.records(folder).newest().orElseThrow();
    Stream<Path> files =
        StoreFolder.records(folder).read(record).files().stream()
            .map(file -> folder.resolve(file.path()));
    return Stream.concat(files, Stream.of(record)).toList();
  }

  private List<Path> others() throws IOException {
    List<Path> others = new ArrayList<>(files());
    others.removeAll(listed());
    return others;
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
    for (Path file : listed()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += step(file)) {
        Files.write(file, flipped(bytes, at));
        assertThat(opens()).as("%s, byte %d", file, at).isFalse();
      }
      Files.write(file, bytes);
    }
    assertThat(opens()).isTrue();
  }

  @Test
  void noByteOfAStoreOfBytesCanChangeUnnoticed() throws IOException {
    Path other = folder.resolve("int8");
    try (StoreWriter writer = StoreWriter.create(other, Rows.description(VectorType.INT8, 1))) {
      writer.write(Rows.pictures(0, 3));
    }
    assertThat(listed(other)).hasSize(3); // data, manifest, record
    for (Path file : listed(other)) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += step(file)) {
        Files.write(file, flipped(bytes, at));
        assertThatThrownBy(() -> VectorStore.open(other).close())
            .as("%s, byte %d", file, at)
            .isInstanceOf(InputException.class)
            .hasMessageContaining(file.getFileName().toString());
      }
      Files.write(file, bytes);
    }
    VectorStore.open(other).close();
  }

  /** Of record and manifest every byte, of data some. */
  private static int step(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".json") || name.endsWith(".manifest") ? 1 : STEP;
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= (byte) (1 << (at % Byte.SIZE));
    return changed;
  }

  @Test
  void noByteThatIsReadCanChangeUnnoticed() throws IOException {
    List<String> whole = read();
    assertThat(whole).hasSize(6); // three rows of it
    assertThat(listed()).hasSize(8); // two of data, manifest, deletion, three of the index, record
    int told = 0;
    for (Path file : listed()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += STEP) {
        Files.write(file, flipped(bytes, at));
        assertThat(refuses(file, whole)).as("%s, byte %d", file, at).isTrue();
        told++;
      }
      Files.write(file, bytes);
    }
    assertThat(read()).isEqualTo(whole);
    tell("%,d bytes of files that are read were flipped: all told", told);
  }

  @Test
  void noFileThatIsReadCanBeCutUnnoticed() throws IOException {
    List<String> whole = read();
    int told = 0;
    for (Path file : listed()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int length = bytes.length - 1; length >= 0; length -= STEP) {
        Files.write(file, Arrays.copyOf(bytes, length));
        assertThat(refuses(file, whole)).as("%s, %d bytes", file, length).isTrue();
        told++;
      }
      Files.write(file, bytes);
    }
    assertThat(read()).isEqualTo(whole);
    tell("files that are read were cut to %,d lengths: all told", told);
  }

  @Test
  void noOtherFileChangesWhatIsRead() throws IOException {
    List<String> whole = read();
    assertThat(others()).isNotEmpty();
    int flips = 0;
    int cuts = 0;
    int told = 0;
    for (Path file : others()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at += STEP) {
        Files.write(file, flipped(bytes, at));
        told += refuses(file, whole) ? 1 : 0;
        flips++;
        Files.write(file, Arrays.copyOf(bytes, at));
        told += refuses(file, whole) ? 1 : 0;
        cuts++;
      }
      Files.delete(file);
      assertThat(read()).as("%s, lost", file).isEqualTo(whole);
      Files.write(file, bytes);
    }
    assertThat(told).isZero(); // nothing is read from them
    tell("%,d bytes of other files were flipped, %,d cuts made: all harmless", flips, cuts);
  }

  private static void tell(String format, Object... counts) {
    PrintStream out = System.out;
    out.printf(format + "%n", counts);
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
    assertThat(read()).hasSize(7); // with the row that it removed
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

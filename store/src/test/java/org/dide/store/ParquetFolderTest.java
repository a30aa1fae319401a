package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetFolderTest {
  private static final MetadataField YEAR = new MetadataField("year", MetadataType.INT64);
  private static final MetadataField PLACE = new MetadataField("place", MetadataType.STRING);
  private static final MetadataField RATING = new MetadataField("rating", MetadataType.DOUBLE);
  private static final MetadataField OWN = new MetadataField("own", MetadataType.BOOL);

  @TempDir Path folder;

  private Path write(StoreDescription description) {
    try (StoreWriter writer = StoreWriter.create(folder.resolve("first"), description)) {
      writer.write(Rows.pictures(0, 2000).stream().map(row -> places(row, description)).toList());
      writer.write(
          List.of(
              Rows.picture(
                  "it's ü",
                  1,
                  description.places(),
                  Map.of("year", 1L, "place", "Köln", "rating", 0.5, "own", true))));
      writer.delete(List.of("p00007"));
      try (VectorStore store = writer.snapshot()) {
        store.exportParquet(folder.resolve("out"));
      }
    }
    return folder.resolve("out");
  }

  private static StoredRow places(StoredRow row, StoreDescription description) {
    return Rows.picture(row.id(), 0, description.places(), Map.of());
  }

  private Map<String, String> read(String name) {
    Map<String, String> rows = new TreeMap<>();
    try (VectorStore store = VectorStore.open(folder.resolve(name))) {
      store.forEach(Optional.empty(), row -> rows.put(row.id(), Rows.told(row)));
    }
    return rows;
  }

  @ParameterizedTest
  @EnumSource(VectorType.class)
  void bringsBackEveryColumn(VectorType type) {
    Path out = write(Rows.description(type, 2, YEAR, PLACE, RATING, OWN));
    try (StoreWriter writer =
        StoreWriter.create(folder.resolve("second"), Rows.description(type, 2, PLACE))) {
      writer.write(
          List.of(Rows.picture("it's ü", 3, 2, Map.of()), Rows.picture("z", 3, 2, Map.of())));
      assertThat(writer.importParquet(out)).isEqualTo(2000);
      assertThat(writer.description().metadata()).containsExactly(PLACE, YEAR, RATING, OWN);
    }
    Map<String, String> second = read("second");
    assertThat(second.remove("z")).isNotNull();
    assertThat(second).hasSize(2000).isEqualTo(read("first"));
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32,INT8", "INT8,FLOAT32", "INT8,INT8"})
  void bringsRowsFromOneTypeToAnother(VectorType from, VectorType to) {
    Path out = write(Rows.description(from, 1, YEAR, PLACE, RATING, OWN));
    try (StoreWriter writer =
        StoreWriter.openOrCreateFor(folder.resolve("second"), out, Optional.of(to))) {
      writer.importParquet(out);
      assertThat(writer.description().type()).isEqualTo(to);
    }
    Map<String, String> wanted = new TreeMap<>();
    try (VectorStore first = VectorStore.open(folder.resolve("first"))) {
      first.forEach(Optional.empty(), row -> wanted.put(row.id(), Rows.told(Rows.quantised(row))));
    }
    assertThat(read("second")).hasSize(2000).isEqualTo(wanted);
  }

  @Test
  void writesManyFiles() {
    try (StoreWriter writer = StoreWriter.create(folder.resolve("first"), Rows.description())) {
      for (int start = 0; start < 90; start += 30) {
        writer.write(Rows.pictures(start, start + 30));
      }
      try (VectorStore store = writer.snapshot();
          LanceTable table =
              LanceTable.open(folder.resolve("first"), store.description(), store.version())) {
        new ParquetFolder(folder.resolve("out")).write(table, store.description(), 40);
      }
    }
    ParquetFolder.About about = new ParquetFolder(folder.resolve("out")).about();
    assertThat(about.files().stream().map(FileRecord::path))
        .containsExactly("part-000000.parquet", "part-000001.parquet", "part-000002.parquet");
    assertThat(folder.resolve("out"))
        .isDirectoryNotContaining(path -> path.getFileName().toString().equals("writing"));
    try (StoreWriter writer = StoreWriter.create(folder.resolve("second"), Rows.description())) {
      assertThat(writer.importParquet(folder.resolve("out"))).isEqualTo(90);
    }
    assertThat(read("second")).isEqualTo(read("first"));
  }

  @Test
  void bringsBackAnEmptyStore() {
    StoreWriter.create(folder.resolve("first"), Rows.description()).close();
    try (VectorStore store = VectorStore.open(folder.resolve("first"))) {
      store.exportParquet(folder.resolve("out"));
      assertThatThrownBy(() -> store.exportParquet(folder.resolve("out")))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is there already");
    }
    try (StoreWriter writer = StoreWriter.create(folder.resolve("second"), Rows.description())) {
      assertThat(writer.importParquet(folder.resolve("out"))).isZero();
      assertThat(writer.size()).isZero();
    }
  }

  @Test
  void refusesAnotherModelsAndDamage() throws IOException {
    Path out = write(Rows.description(VectorType.FLOAT32, 1, YEAR, PLACE, RATING, OWN));
    StoreDescription other =
        new StoreDescription(
            StoredKind.PICTURES,
            "beef",
            "big",
            1,
            Rows.WIDTH,
            Rows.SHARE,
            VectorType.FLOAT32,
            List.of());
    try (StoreWriter writer = StoreWriter.create(folder.resolve("other"), other)) {
      assertRefused(writer, out, "model tiny with the fingerprint f00d");
    }
    try (StoreWriter writer = StoreWriter.create(folder.resolve("second"), Rows.description())) {
      assertRefused(writer, folder, "_store.json: is missing");
      Path part = part(out);
      byte[] bytes = Files.readAllBytes(part);
      bytes[bytes.length / 2] ^= 1;
      Files.write(part, bytes);
      assertRefused(writer, out, part + ": is damaged");
      Files.delete(part);
      assertRefused(writer, out, part + ": is missing");
    }
  }

  private static Path part(Path out) throws IOException {
    try (Stream<Path> paths = Files.list(out)) {
      return paths.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private static void assertRefused(StoreWriter writer, Path from, String why) {
    assertThatThrownBy(() -> writer.importParquet(from))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
    assertThat(writer.size()).isZero();
  }
}

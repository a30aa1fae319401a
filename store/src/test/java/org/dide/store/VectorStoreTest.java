package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VectorStoreTest {
  private static final MetadataField YEAR = new MetadataField("year", MetadataType.INT64);
  private static final MetadataField PLACE = new MetadataField("place", MetadataType.STRING);
  private static final MetadataField RATING = new MetadataField("rating", MetadataType.DOUBLE);
  private static final MetadataField OWN = new MetadataField("own", MetadataType.BOOL);

  @TempDir Path folder;

  private Path store() {
    return folder.resolve("s");
  }

  private static List<String> ids(Gallery gallery) {
    return gallery.items().stream().map(StoredItem::id).toList();
  }

  private static List<StoredRow> all(VectorStore store) {
    List<StoredRow> rows = new ArrayList<>();
    store.forEach(Optional.empty(), rows::add);
    return rows;
  }

  private static void assertSame(StoredRow found, StoredRow wanted) {
    assertThat(found).usingRecursiveComparison().isEqualTo(wanted);
  }

  @Test
  void givesBackWhatWasWritten() {
    StoreDescription description =
        Rows.description(VectorType.FLOAT32, 2, YEAR, PLACE, RATING, OWN);
    StoredRow full =
        Rows.picture(
            "it's \"a\"/b – ü.jpg",
            1,
            2,
            Map.of("year", 2020L, "place", "Köln", "rating", 0.5, "own", true));
    StoredRow bare = Rows.picture("b", 2, 2, Map.of("own", false));
    try (StoreWriter writer = StoreWriter.create(store(), description)) {
      assertThat(writer.size()).isZero();
      writer.write(List.of(full, bare));
    }
    try (VectorStore store = VectorStore.open(store())) {
      assertThat(store.description()).isEqualTo(description);
      assertThat(store.size()).isEqualTo(2);
      assertThat(store.checksums())
          .containsExactly(
              Map.entry("b", bare.item().sha256()), Map.entry(full.id(), full.item().sha256()));
      assertSame(store.find(full.id()).orElseThrow(), full);
      assertSame(store.find("b").orElseThrow(), bare);
      assertThat(store.find("c")).isEmpty();
      try (Gallery gallery = store.gallery(Optional.empty())) {
        assertThat(gallery.model()).isEqualTo("f00d");
        assertThat(gallery.items()).containsExactly(bare.item(), full.item());
        assertThat(gallery.shares(0)).containsExactlyElementsOf(bare.vectors().shares());
        assertThat(gallery.shares(1)).containsExactlyElementsOf(full.vectors().shares());
      }
    }
  }

  @Test
  void holdsTexts() {
    StoreDescription description =
        new StoreDescription(StoredKind.TEXTS, "f", "m", 1, 2, 3, VectorType.FLOAT32, List.of());
    StoredRow text =
        new StoredRow(
            new StoredItem.Text("q1", "Is it a dog? 🐕"),
            new Vectors(List.of(new float[] {1, 2}), List.of(new float[] {3, 4, 5})),
            Map.of());
    try (StoreWriter writer = StoreWriter.create(store(), description)) {
      writer.write(List.of(text));
      assertThatThrownBy(() -> writer.write(List.of(Rows.picture("p", 0))))
          .isInstanceOf(InputException.class)
          .hasMessage("id 'p': the store holds texts only");
      try (VectorStore store = writer.snapshot()) {
        assertSame(store.find("q1").orElseThrow(), text);
        try (Gallery gallery = store.gallery(Optional.of("text LIKE '%dog%'"))) {
          assertThat(gallery.items()).containsExactly(text.item());
        }
      }
    }
  }

  @Test
  void isInTheOrderOfIdsWhateverTheHistory() {
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description())) {
      writer.write(List.of(Rows.picture("c", 0), Rows.picture("a", 0)));
      writer.write(List.of(Rows.picture("d", 0), Rows.picture("b", 0)));
      writer.write(List.of(Rows.picture("c", 1), Rows.picture("e", 0)));
      writer.delete(List.of("d", "nobody"));
      writer.delete(List.of("nobody"));
      writer.write(List.of());
      assertThat(writer.checksums()).containsOnlyKeys("a", "b", "c", "e");
    }
    for (int round = 0; round < 2; round++) {
      try (VectorStore store = VectorStore.open(store());
          Gallery gallery = store.gallery(Optional.empty())) {
        assertThat(store.size()).isEqualTo(4);
        assertThat(ids(gallery)).containsExactly("a", "b", "c", "e");
        assertThat(gallery.shares(2))
            .containsExactlyElementsOf(Rows.picture("c", 1).vectors().shares());
        assertThat(((StoredItem.Picture) gallery.items().get(2)).width()).isEqualTo(101);
      }
      try (StoreWriter writer = StoreWriter.open(store())) {
        assertThat(writer.size()).isEqualTo(4);
        writer.compact();
      }
    }
  }

  @Test
  void aSnapshotStaysWhatItIs() {
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description())) {
      writer.write(Rows.pictures(0, 10));
      try (VectorStore before = VectorStore.open(store())) {
        assertThat(before.isCurrent()).isTrue();
        writer.write(List.of(Rows.picture("p00001", 1)));
        writer.delete(List.of("p00002"));
        writer.compact();
        assertThat(before.isCurrent()).isFalse();
        assertThat(before.size()).isEqualTo(10);
        assertSame(before.find("p00001").orElseThrow(), Rows.picture("p00001", 0));
        assertThat(before.find("p00002")).isPresent();
        try (Gallery gallery = before.gallery(Optional.empty())) {
          assertThat(gallery.size()).isEqualTo(10);
        }
      }
      try (VectorStore after = VectorStore.open(store())) {
        assertSame(after.find("p00001").orElseThrow(), Rows.picture("p00001", 1));
        assertThat(after.find("p00002")).isEmpty();
      }
    }
  }

  @Test
  void removesWhatIsOutOfDateAndTellsItsReaders() {
    StoreWriter.create(store(), Rows.description()).close();
    try (StoreWriter writer = StoreWriter.open(store(), Duration.ZERO)) {
      writer.write(Rows.pictures(0, 5));
      writer.write(Rows.pictures(5, 10));
      try (VectorStore open = VectorStore.open(store());
          Gallery gallery = open.gallery(Optional.empty())) {
        writer.compact();
        writer.write(Rows.pictures(0, 10));
        writer.delete(List.of("p00000"));
        writer.compact();
        assertThat(StoreFolder.records(store()).files()).hasSizeLessThanOrEqualTo(2);
        assertThatThrownBy(() -> open.find("p00003"))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("version " + open.version() + " of the store is gone");
        assertThatThrownBy(open::checksums).hasMessageContaining("is gone");
        assertThat(gallery.shares(3))
            .containsExactlyElementsOf(Rows.pictures(3, 4).get(0).vectors().shares());
      }
      try (VectorStore now = VectorStore.open(store())) {
        assertThat(all(now)).hasSize(9);
      }
    }
  }

  @Test
  void openingRemovesWhatWasOutOfDateLongAgo() {
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description())) {
      writer.write(Rows.pictures(0, 5));
      writer.compact();
    }
    int kept = StoreFolder.records(store()).files().size();
    assertThat(kept).isGreaterThan(1);
    StoreWriter.open(store()).close(); // too early
    assertThat(StoreFolder.records(store()).files()).hasSize(kept);

    StoreWriter.open(store(), Duration.ZERO).close();
    assertThat(StoreFolder.records(store()).files()).hasSize(1);
    try (VectorStore now = VectorStore.open(store())) {
      assertThat(all(now)).hasSize(5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = VectorType.class,
      names = {"FLOAT16", "INT8"})
  void refusesWhatIsBeyondFloat16(VectorType type) {
    StoredRow row = Rows.picture("a", 0);
    float[] large = new float[Rows.SHARE];
    large[3] = 65536;
    StoredRow beyond =
        new StoredRow(row.item(), new Vectors(row.vectors().pooled(), List.of(large)), Map.of());
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description(type, 1))) {
      assertThatThrownBy(() -> writer.write(List.of(beyond)))
          .isInstanceOf(InputException.class)
          .hasMessage("id 'a': found 65536.0 in a share, allowed is from -65504.0 to 65504.0");
    }
  }

  @Test
  void halvesAreTheNearest() {
    StoredRow row = Rows.picture("a", 0);
    try (StoreWriter writer =
        StoreWriter.create(store(), Rows.description(VectorType.FLOAT16, 1))) {
      writer.write(List.of(row));
      try (VectorStore store = writer.snapshot();
          Gallery gallery = store.gallery(Optional.empty());
          Scope scope = Scope.open()) {
        Tensor share = gallery.shares().get(0);
        assertThat(share.scalar_type().intern()).isEqualTo(ScalarType.Half);
        Tensor wanted = Tensors.of(row.vectors().shares().get(0), Rows.SHARE).to(ScalarType.Half);
        assertThat(Tensors.floats(share)).containsExactly(Tensors.floats(wanted));
        assertThat(store.find("a").orElseThrow().vectors().shares().get(0))
            .containsExactly(Tensors.floats(wanted));
      }
    }
  }

  @Test
  void bytesAreReadAlikeRowByRowAndTogether() {
    List<StoredRow> rows =
        List.of(Rows.picture("a", 0, 2, Map.of()), Rows.picture("b", 0, 2, Map.of()));
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description(VectorType.INT8, 2))) {
      writer.write(List.of(rows.get(1)));
      writer.write(List.of(rows.get(0)));
      writer.addMetadata(List.of(YEAR));
      for (int round = 0; round < 2; round++) {
        try (VectorStore store = writer.snapshot();
            Gallery gallery = store.gallery(Optional.empty())) {
          assertThat(gallery.shares().get(1).scalar_type().intern()).isEqualTo(ScalarType.Half);
          for (int row = 0; row < rows.size(); row++) {
            StoredRow wanted = Rows.quantised(rows.get(row));
            assertSame(store.find(wanted.id()).orElseThrow(), wanted);
            assertThat(gallery.shares(row)).containsExactlyElementsOf(wanted.vectors().shares());
          }
          writer.write(all(store)); // what was read is written as it was
        }
        writer.compact();
      }
    }
  }

  @Test
  void filtersByMetadataAndItem() {
    try (StoreWriter writer =
        StoreWriter.create(store(), Rows.description(VectorType.FLOAT32, 1, YEAR))) {
      writer.write(
          List.of(
              Rows.picture("a", 0, 1, Map.of("year", 2019L)),
              Rows.picture("b", 1, 1, Map.of("year", 2020L))));
      writer.addMetadata(List.of(PLACE));
      writer.write(List.of(Rows.picture("c", 2, 1, Map.of("year", 2020L, "place", "Rome"))));
      assertThatThrownBy(() -> writer.addMetadata(List.of(PLACE)))
          .hasMessage("metadata 'place': found twice");
    }
    try (VectorStore store = VectorStore.open(store())) {
      assertThat(taken(store, "year = 2020")).containsExactly("b", "c");
      assertThat(taken(store, "year = 2020 AND place IS NULL")).containsExactly("b");
      assertThat(taken(store, "width > height OR id IN ('a', 'c')")).containsExactly("a", "c");
      assertThat(taken(store, "year = 1")).isEmpty();
      for (String wrong :
          List.of("colour = 'red'", "year =", "", "year = 1; DROP TABLE x", "1 / 0 = 1", "year")) {
        assertThatThrownBy(() -> taken(store, wrong))
            .as(wrong)
            .isInstanceOf(InputException.class)
            .hasMessageStartingWith("filter '" + wrong + "': ")
            .hasMessageEndingWith(
                "allowed are conditions in SQL over the columns id, sha256, width, height, year,"
                    + " place");
      }
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  taken(store, "random() < 0.5");
                }
              })
          .hasMessageContaining("takes other items each time");
    }
  }

  private static List<String> taken(VectorStore store, String where) {

    try (Gallery gallery = store.gallery(Optional.of(where))) {
      return ids(gallery);
    }
  }

  @Test
  void refusesRowsThatDoNotFit() {
    try (StoreWriter writer =
        StoreWriter.create(store(), Rows.description(VectorType.FLOAT32, 1, YEAR))) {
      StoredRow good = Rows.picture("a", 0);
      assertThatThrownBy(() -> writer.write(List.of(good, good)))
          .hasMessage("id 'a': found twice among the rows");
      assertThatThrownBy(() -> writer.write(List.of(Rows.picture("a", 0, 2, Map.of()))))
          .hasMessage("id 'a': found 2 vectors, the store keeps 1");
      assertThatThrownBy(() -> writer.write(List.of(Rows.picture("a", 0, 1, Map.of("size", 1L)))))
          .hasMessage("id 'a': metadata 'size' is not a column of the store; it has [year]");
      assertThatThrownBy(() -> writer.write(List.of(Rows.picture("a", 0, 1, Map.of("year", "x")))))
          .hasMessage("id 'a': metadata 'year': found x, allowed is a Long");
      assertThat(writer.size()).isZero();
      writer.write(List.of(good));
      assertThat(writer.size()).isEqualTo(1);
    }
  }

  @Test
  void refusesAnotherModel() {
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description());
        VectorStore store = writer.snapshot()) {
      store.requireModel("f00d");
      assertThatThrownBy(() -> store.requireModel("beef"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("model tiny with the fingerprint f00d")
          .hasMessageContaining("beef");
    }
  }

  @Test
  void refusesASecondWriterAndStrangersFolders() throws IOException {
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description())) {
      assertThatThrownBy(() -> StoreWriter.open(store()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("another process is writing");
    }
    assertThatThrownBy(() -> StoreWriter.create(store(), Rows.description()))
        .hasMessageContaining("holds a store already");
    StoreWriter.open(store()).close();
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("letter.txt"), "dear");
    assertThatThrownBy(() -> StoreWriter.create(other, Rows.description()))
        .hasMessageContaining("holds letter.txt");
    assertThat(other.resolve("letter.txt")).exists();
    assertThatThrownBy(() -> VectorStore.open(other)).hasMessageContaining("no store there");
    assertThatThrownBy(() -> StoreWriter.open(folder.resolve("nowhere")))
        .hasMessageContaining("no store there");
  }

  @Test
  void aFailedWriteLeavesTheStoreAsItWas() throws IOException {
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description())) {
      writer.write(Rows.pictures(0, 3));
      Path records = store().resolve("records");
      Path away = store().resolve("elsewhere");
      Files.move(records, away);
      assertThatThrownBy(() -> writer.write(Rows.pictures(1, 5)))
          .isInstanceOf(InputException.class);
      Files.move(away, records);
      writer.write(Rows.pictures(2, 6));
      assertThat(writer.size()).isEqualTo(6);
      try (VectorStore store = VectorStore.open(store())) {
        assertThat(store.size()).isEqualTo(6);
        assertThat(all(store)).hasSize(6);
      }
    }
  }
}

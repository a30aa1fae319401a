package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SearchIndexTest {
  private static final MetadataField YEAR = new MetadataField("year", MetadataType.INT64);
  private static final int SIZE = 600;
  private static final int CLUSTERS = 30;
  private static final int LISTS = 20;
  private static final int COUNT = 10;
  private static final IndexSettings SETTINGS =
      new IndexSettings(0.98, Optional.of(LISTS), Optional.of(LISTS)); // which always suffice
  private static final IndexSettings ANY =
      new IndexSettings(1e-9, Optional.of(LISTS), Optional.empty());

  @TempDir Path folder;

  private Path store() {
    return folder.resolve("s");
  }

  private static StoredRow row(int i, int edition, double spread) {
    Random random = new Random(i * 31L + edition);
    float[] share = vector(new Random(i % CLUSTERS), 1);
    float[] apart = vector(random, spread);
    for (int k = 0; k < share.length; k++) {
      share[k] += apart[k];
    }
    StoredRow any = Rows.picture(id(i), edition);
    return new StoredRow(
        any.item(),
        new Vectors(any.vectors().pooled(), List.of(Rows.unit(share))),
        Map.of("year", (long) i % 7));
  }

  private static String id(int i) {
    return "p%05d".formatted(i);
  }

  private static float[] vector(Random random, double spread) {
    float[] values = new float[Rows.SHARE];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) (random.nextGaussian() * spread);
    }
    return values;
  }

  private static List<StoredRow> rows(int from, int to, double spread) {
    return IntStream.range(from, to).mapToObj(i -> row(i, 0, spread)).toList();
  }

  private StoreWriter write(VectorType type, double spread) {
    StoreWriter writer = StoreWriter.create(store(), Rows.description(type, 1, YEAR));
    for (int start = 0; start < SIZE; start += SIZE / 4) {
      writer.write(rows(start, start + SIZE / 4, spread));
    }
    return writer;
  }

  private static SearchIndex index(StoreWriter writer, IndexSettings settings) {
    return writer.index(settings, Optional.empty(), step -> {});
  }

  private static List<float[]> queries() {
    return IntStream.range(0, 8).mapToObj(i -> Rows.unit(vector(new Random(-i), 1))).toList();
  }

  /** The ids nearest to a query, by every row there is. */
  private static List<String> exact(VectorStore store, float[] query, Optional<String> where) {
    Map<String, Double> cosines = new TreeMap<>();
    try (Gallery gallery = store.gallery(where)) {
      for (int row = 0; row < gallery.size(); row++) {
        cosines.put(gallery.items().get(row).id(), cosine(query, gallery.shares(row).get(0)));
      }
    }
    return best(cosines);
  }

  private static List<String> best(Map<String, Double> cosines) {
    return cosines.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(COUNT)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  private static List<String> found(VectorStore store, float[] query, Optional<String> where) {
    Map<String, Double> cosines = new TreeMap<>();
    try (Gallery gallery = store.nearest(query, COUNT, where)) {
      for (int row = 0; row < gallery.size(); row++) {
        cosines.put(gallery.items().get(row).id(), cosine(query, gallery.shares(row).get(0)));
      }
    }
    return best(cosines);
  }

  /** The same, by every list there is. */
  private List<String> foundInAll(VectorStore store, float[] query, Optional<String> where)
      throws IOException {
    Map<String, Double> cosines = new TreeMap<>();
    try (LanceTable table = LanceTable.open(store(), store.description(), store.version())) {
      table
          .index()
          .nearest(
              query,
              COUNT,
              LISTS,
              where,
              List.of(Columns.ID, Columns.share(0)),
              batch -> {
                RowReader rows = new RowReader(store.description(), batch);
                for (int row = 0; row < rows.rows(); row++) {
                  cosines.put(rows.id(row), cosine(query, rows.share(0, row)));
                }
              });
    }
    return best(cosines);
  }

  /** All but what Lance keeps beside its versions and nothing is read from. */
  private List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(store())) {
      return paths
          .filter(Predicate.not(Files::isDirectory))
          .filter(file -> !file.toString().matches(".*(_transactions|latest_version_hint).*"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = VectorType.class,
      names = {"FLOAT32", "FLOAT16"})
  void findsMostOfWhatIsNearestWithFewLists(VectorType type) {
    List<IndexStep> steps = new ArrayList<>();
    SearchIndex made;
    try (StoreWriter writer = write(type, 0.2)) {
      made = writer.index(SETTINGS, Optional.empty(), steps::add);
    }
    assertThat(made.lists()).isEqualTo(LISTS);
    assertThat(made.probes()).isBetween(1, LISTS);
    assertThat(made.rows()).isEqualTo(SIZE);
    assertThat(made.queries()).isEqualTo(200);
    assertThat(made.ownQueries()).isTrue();
    assertThat(made.recallAt10()).isBetween(0.98, 1.0);
    assertThat(made.recallAt100()).isBetween(0.98, 1.0);
    assertThat(steps)
        .startsWith(new IndexStep.Comparing(200, SIZE), new IndexStep.Building(LISTS))
        .endsWith(new IndexStep.Measured(made.probes(), made.recallAt10(), made.recallAt100()));
    try (VectorStore store = VectorStore.open(store())) {
      assertThat(store.index()).contains(made);
      assertThat(store.partWithoutIndex()).isZero();
      long hits = 0;
      for (int i = 0; i < SIZE; i += 60) {
        float[] query = store.find(id(i)).orElseThrow().vectors().shares().get(0);
        List<String> exact = exact(store, query, Optional.empty());
        hits += found(store, query, Optional.empty()).stream().filter(exact::contains).count();
      }
      assertThat((double) hits / (COUNT * SIZE / 60)).isGreaterThan(0.95);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = VectorType.class,
      names = {"FLOAT32", "FLOAT16"})
  void findsExactlyWhatIsNearestWithAllLists(VectorType type) throws IOException {
    try (StoreWriter writer = write(type, 5)) {
      index(writer, ANY);
      writer.write(rows(SIZE, SIZE + 50, 5));
      writer.delete(List.of(id(3), id(SIZE + 1)));
    }
    try (VectorStore store = VectorStore.open(store())) {
      for (Optional<String> where :
          List.of(
              Optional.<String>empty(), Optional.of("year = 3"), Optional.of("id < 'p00005'"))) {
        for (float[] query : queries()) {
          assertThat(foundInAll(store, query, where))
              .as("%s", where)
              .isEqualTo(exact(store, query, where));
        }
      }
      assertThatThrownBy(() -> store.nearest(queries().get(0), 1, Optional.of("colour = 1")))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("filter 'colour = 1': ");
    }
  }

  @Test
  void probesMoreUntilThereAreEnough() {
    try (StoreWriter writer = write(VectorType.FLOAT32, 5)) {
      assertThat(index(writer, ANY).probes()).isEqualTo(1);
      try (VectorStore store = writer.snapshot()) {
        for (Optional<String> where :
            List.of(Optional.of("year = 3"), Optional.of("id < 'p00012'"))) {
          assertThat(found(store, queries().get(0), where)).as("%s", where).hasSize(COUNT);
        }
        assertThat(found(store, queries().get(0), Optional.of("id < 'p00004'"))).hasSize(4);
        assertThat(found(store, queries().get(0), Optional.of("id < 'a'"))).isEmpty();
      }
    }
  }

  @Test
  void keepsNoIndexThatFindsTooLittle() throws IOException {
    try (StoreWriter writer = write(VectorType.FLOAT32, 50)) {
      List<Path> before = files();
      IndexSettings tiny = new IndexSettings(0.98, Optional.of(60), Optional.of(2));
      assertThatThrownBy(() -> index(writer, tiny))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(
              store() + ": gets no index: with 2 of 60 lists probed it finds 0.")
          .hasMessageEndingWith("and must find 0.98 of both");
      assertThat(files()).isEqualTo(before);
      try (VectorStore store = VectorStore.open(store())) {
        assertThat(store.index()).isEmpty();
        assertThatThrownBy(() -> store.nearest(queries().get(0), 1, Optional.empty()))
            .hasMessageContaining("has no index");
      }
      writer.write(rows(SIZE, SIZE + 1, 5));
      SearchIndex kept = index(writer, ANY);
      assertThatThrownBy(() -> index(writer, tiny)).isInstanceOf(InputException.class);
      try (VectorStore store = VectorStore.open(store())) {
        assertThat(store.size()).isEqualTo(SIZE + 1);
        assertThat(store.index()).contains(kept);
      }
    }
  }

  @Test
  void anInterruptedIndexLeavesTheStoreAsItWas() throws IOException {
    try (StoreWriter writer = write(VectorType.FLOAT32, 1)) {
      List<Path> before = files();
      assertThatThrownBy(
              () ->
                  writer.index(
                      ANY,
                      Optional.empty(),
                      step -> {
                        if (step instanceof IndexStep.Measured) {
                          throw new IllegalStateException("enough");
                        }
                      }))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("it is as it was before");
      assertThat(files()).isEqualTo(before);
      assertThat(writer.size()).isEqualTo(SIZE);
    }
  }

  @Test
  void findsWhatCameLaterAndNothingThatIsGone() {
    try (StoreWriter writer = write(VectorType.FLOAT16, 0.2)) {
      index(writer, SETTINGS);
      writer.write(rows(SIZE, SIZE + 200, 0.2));
      writer.write(List.of(row(5, 9, 5)));
      writer.delete(List.of(id(7)));
      for (int round = 0; round < 3; round++) {
        try (VectorStore store = writer.snapshot()) {
          assertThat(store.index()).isPresent();
          assertThat(store.partWithoutIndex()).isBetween(0.2, 0.3).isGreaterThan(SearchIndex.STALE);
          assertFirst(store, row(SIZE + 150, 0, 0.2));
          assertFirst(store, row(5, 9, 5));
          assertThat(found(store, share(row(5, 0, 0.2)), Optional.empty()))
              .doesNotContain(id(5))
              .hasSize(COUNT);
          assertThat(found(store, share(row(7, 0, 0.2)), Optional.empty())).doesNotContain(id(7));
        }
        if (round == 0) {
          writer.compact();
        } else {
          writer.addMetadata(List.of(new MetadataField("place" + round, MetadataType.STRING)));
        }
      }
      index(writer, SETTINGS);
      try (VectorStore store = writer.snapshot()) {
        assertThat(store.partWithoutIndex()).isZero();
        assertFirst(store, row(SIZE + 150, 0, 0.2));
      }
    }
  }

  private static float[] share(StoredRow row) {
    return row.vectors().shares().get(0);
  }

  private static void assertFirst(VectorStore store, StoredRow row) {
    assertThat(found(store, share(row), Optional.empty())).startsWith(row.id());
  }

  @Test
  void isRemoved() throws IOException {
    try (StoreWriter writer = write(VectorType.FLOAT32, 0.2)) {
      index(writer, SETTINGS);
      writer.removeIndex();
      writer.removeIndex();
      try (VectorStore store = writer.snapshot()) {
        assertThat(store.index()).isEmpty();
      }
    }
    StoreWriter.open(store(), Duration.ZERO).close();
    try (StoreWriter writer = StoreWriter.open(store(), Duration.ZERO)) {
      writer.write(rows(0, 1, 1));
    }
    assertThat(files()).noneMatch(file -> file.toString().matches(".*(_indices|indexes).*"));
  }

  @Test
  void isMeasuredByAnotherStoresItems() {
    Path other = folder.resolve("texts");
    try (StoreWriter texts = StoreWriter.create(other, texts("f00d"))) {
      texts.write(
          IntStream.range(0, 30)
              .mapToObj(
                  i ->
                      new StoredRow(
                          new StoredItem.Text("q" + i, "text"),
                          new Vectors(
                              List.of(new float[Rows.WIDTH]), List.of(share(row(i, 77, 0.2)))),
                          Map.of()))
              .toList());
    }
    try (StoreWriter writer = write(VectorType.FLOAT32, 0.2);
        VectorStore queries = VectorStore.open(other)) {
      SearchIndex made = writer.index(SETTINGS, Optional.of(queries), step -> {});
      assertThat(made.queries()).isEqualTo(30);
      assertThat(made.ownQueries()).isFalse();
      assertThat(made.recallAt10()).isBetween(0.98, 1.0);
    }
    Path strange = folder.resolve("strange");
    StoreWriter.create(strange, texts("beef")).close();
    try (StoreWriter writer = StoreWriter.open(store());
        VectorStore queries = VectorStore.open(strange)) {
      assertThatThrownBy(() -> writer.index(SETTINGS, Optional.of(queries), step -> {}))
          .hasMessageContaining("fingerprint beef");
    }
  }

  private static StoreDescription texts(String model) {
    return new StoreDescription(
        StoredKind.TEXTS, model, "tiny", 1, Rows.WIDTH, Rows.SHARE, VectorType.FLOAT32, List.of());
  }

  @Test
  void refusesWhatCannotBeIndexed() {
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description())) {
      assertThatThrownBy(() -> index(writer, ANY))
          .hasMessageEndingWith(
              "found 0 rows; allowed for an index of 20 lists are as many or more");
      writer.write(Rows.pictures(0, 30));
      assertThatThrownBy(() -> index(writer, ANY))
          .hasMessageMatching("id 'p000\\d\\d': its share is \\d\\.\\d+ long; an index is for .*");
      try (VectorStore store = VectorStore.open(store())) {
        assertThat(store.size()).isEqualTo(30);
      }
    }
    try (StoreWriter writer =
        StoreWriter.create(folder.resolve("t"), Rows.description(VectorType.FLOAT32, 2))) {
      writer.write(List.of(Rows.picture("a", 0, 2, Map.of())));
      IndexSettings one = new IndexSettings(1, Optional.of(1), Optional.empty());
      assertThatThrownBy(() -> index(writer, one)).hasMessageContaining("an item has 2 shares");
    }
    assertThatThrownBy(() -> new IndexSettings(1.5, Optional.empty(), Optional.empty()))
        .hasMessage("recall: found 1.5, allowed is above 0 and at most 1");
    assertThatThrownBy(() -> new IndexSettings(0.9, Optional.of(0), Optional.empty()))
        .hasMessage("lists: found 0, allowed are 1 or more");
    IndexSettings defaults = new IndexSettings(0.9, Optional.empty(), Optional.empty());
    assertThat(defaults.listsOf(1_000_000, 768)).isEqualTo(1000);
    assertThat(defaults.listsOf(100_000_000, 768)).isEqualTo(1302);
    assertThat(defaults.listsOf(0, 768)).isEqualTo(1);
  }

  @Test
  void damageIsToldByTheFilesName() throws IOException {
    try (StoreWriter writer = write(VectorType.FLOAT32, 0.2)) {
      index(writer, SETTINGS);
    }
    List<Path> own =
        files().stream()
            .filter(file -> file.toString().matches(".*(_indices|indexes).*"))
            .sorted(Comparator.naturalOrder())
            .toList();
    assertThat(own).hasSize(3);
    for (Path file : own) {
      byte[] bytes = Files.readAllBytes(file);
      byte[] changed = bytes.clone();
      changed[bytes.length / 2] ^= 1;
      Files.write(file, changed);
      assertThatThrownBy(() -> VectorStore.open(store()))
          .hasMessageContaining(file + ": is damaged");
      Files.delete(file);
      assertThatThrownBy(() -> VectorStore.open(store()))
          .hasMessageContaining(file + ": is missing");
      Files.write(file, bytes);
    }
    VectorStore.open(store()).close();
  }

  @Test
  void refusesAnIndexOfBytes() {
    try (StoreWriter writer = StoreWriter.create(store(), Rows.description(VectorType.INT8, 1))) {
      writer.write(List.of(Rows.unit(Rows.picture("a", 0))));
      IndexSettings settings = new IndexSettings(0.1, Optional.of(1), Optional.empty());
      assertThatThrownBy(() -> writer.index(settings, Optional.empty(), step -> {}))
          .isInstanceOf(InputException.class)
          .hasMessage(
              store() + ": its vectors are int8; allowed for an index are float32 and float16");
    }
  }
}

package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;

/** A store is a map from ids to rows, whatever is done to it in whatever order. */
class StorePropertiesTest {
  private static final int STEPS = 12;
  private static final int IDS = 9;
  private static final int LISTS = 2;
  private static final IndexSettings INDEX =
      new IndexSettings(0.98, Optional.of(LISTS), Optional.of(LISTS));

  private final Map<String, StoredRow> wanted = new TreeMap<>();

  @Property(tries = 8, shrinking = ShrinkingMode.OFF)
  void isAMap(@ForAll long seed) throws IOException {
    wanted.clear();
    Path folder = Files.createTempDirectory("store");
    try {
      StoreWriter.create(folder, Rows.description()).close();
      Random random = new Random(seed);
      for (int done = 0; done < STEPS; ) {
        // Reopened every few steps; half of the times, nothing old is kept.
        Duration kept = random.nextBoolean() ? Duration.ZERO : StoreWriter.KEPT;
        try (StoreWriter writer = StoreWriter.open(folder, kept)) {
          for (int step = random.nextInt(4); step >= 0; step--, done++) {
            change(writer, random, done);
            compare(writer);
          }
        }
      }
      try (VectorStore store = VectorStore.open(folder)) {
        compare(store);
      }
    } finally {
      remove(folder);
    }
  }

  private void change(StoreWriter writer, Random random, int edition) {
    switch (random.nextInt(6)) {
      case 0 -> writer.compact();
      case 1 -> {
        List<String> gone = random.ints(3, 0, IDS).mapToObj(Integer::toString).toList();
        writer.delete(gone);
        wanted.keySet().removeAll(gone);
      }
      case 2 -> {
        if (wanted.size() >= LISTS) {
          writer.index(INDEX, Optional.empty(), step -> {});
        }
      }
      default -> {
        List<StoredRow> rows =
            random
                .ints(1 + random.nextInt(5), 0, IDS)
                .distinct()
                .mapToObj(id -> Rows.unit(Rows.picture(Integer.toString(id), edition)))
                .toList();
        writer.write(rows);
        rows.forEach(row -> wanted.put(row.id(), row));
      }
    }
  }

  private void compare(StoreWriter writer) {
    assertThat(writer.size()).isEqualTo(wanted.size());
    try (VectorStore store = writer.snapshot()) {
      compare(store);
    }
  }

  private void compare(VectorStore store) {
    List<String> found = new ArrayList<>();
    store.forEach(Optional.empty(), row -> found.add(Rows.told(row)));
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(wanted.values().stream().map(Rows::told).toList());
    try (Gallery gallery = store.gallery(Optional.empty())) {
      assertThat(gallery.items().stream().map(StoredItem::id))
          .containsExactlyElementsOf(wanted.keySet());
      compare(gallery);
    }
    if (store.index().isPresent() && !wanted.isEmpty()) {
      float[] query = wanted.values().iterator().next().vectors().shares().get(0);
      try (Gallery all = store.nearest(query, IDS, Optional.empty())) {
        assertThat(all.items().stream().map(StoredItem::id))
            .containsExactlyInAnyOrderElementsOf(wanted.keySet());
        compare(all);
      }
    }
  }

  private void compare(Gallery gallery) {
    for (int row = 0; row < gallery.size(); row++) {
      StoredRow same = Optional.ofNullable(wanted.get(gallery.items().get(row).id())).orElseThrow();
      assertThat(gallery.shares(row)).containsExactlyElementsOf(same.vectors().shares());
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

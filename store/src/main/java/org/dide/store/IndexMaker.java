package org.dide.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.answer.Gallery;
import org.dide.random.Draws;

/**
 * Makes an index and measures it. Which queries are taken follows from the ids alone; how Lance
 * divides the rows does not, so an index that is made again may have other lists.
 *
 * @param folder the store's
 * @param description of the store
 * @param settings of the index
 * @param progress hears of each step
 */
record IndexMaker(
    Path folder,
    StoreDescription description,
    IndexSettings settings,
    Consumer<IndexStep> progress) {
  private static final int QUERIES = 200;

  /**
   * Adds an index to a table.
   *
   * @param rows the table's, as they are
   * @param others whose items are the queries; else some of the rows are
   * @throws InputException if the rows are no unit vectors, or it finds too little
   */
  SearchIndex make(LanceTable table, VectorStore rows, Optional<VectorStore> others)
      throws IOException {
    int lists = settings.listsOf(rows.size(), description.shareSize());
    requireRows(rows.size(), lists);
    try (Gallery queries = queries(others.orElse(rows))) {
      progress.accept(new IndexStep.Comparing(queries.size(), rows.size()));
      Recall recall = Recall.of(table, description, queries, others.isEmpty());
      progress.accept(new IndexStep.Building(lists));
      table.index().create(lists);
      IndexStep.Measured measured = measure(recall, table.index(), lists);
      return new SearchIndex(
          SearchIndex.FORMAT,
          lists,
          measured.probes(),
          rows.size(),
          queries.size(),
          others.isEmpty(),
          measured.recallAt10(),
          measured.recallAt100());
    }
  }

  private void requireRows(long rows, int lists) {
    if (description.type() == VectorType.INT8) {
      throw new InputException(
          "%s: its vectors are int8; allowed for an index are float32 and float16"
              .formatted(folder));
    }
    if (description.places() > 1) {
      throw new InputException(
          "%s: an item has %d shares; allowed for an index is one, as models of the task retrieval"
                  .formatted(folder, description.places())
              + " make");
    }
    if (rows < lists) {
      throw new InputException(
          "%s: found %,d rows; allowed for an index of %,d lists are as many or more"
              .formatted(folder, rows, lists));
    }
  }

  private Gallery queries(VectorStore store) {
    store.requireModel(description.model());
    if (store.size() == 0) {
      throw new InputException("%s: an index is measured by queries, found none".formatted(folder));
    }
    return store.gallery(sample(store.checksums().keySet()));
  }

  private static List<String> sample(Collection<String> ids) {
    List<String> sorted = ids.stream().sorted().toList();
    return IntStream.of(Draws.of(0, "queries of an index").permutation(sorted.size()))
        .limit(QUERIES)
        .mapToObj(sorted::get)
        .toList();
  }

  /** More and more lists, by half of them each time, until they are enough. */
  private IndexStep.Measured measure(Recall recall, LanceIndex index, int lists)
      throws IOException {
    int most = settings.probesOf(lists);
    for (int probes = 1; ; probes = Math.min(most, probes + Math.max(1, probes / 2))) {
      IndexStep.Measured measured = recall.at(index, probes);
      progress.accept(measured);
      if (measured.reaches(settings.recall())) {
        return measured;
      }
      if (probes == most) {
        throw new InputException(
            ("%s: gets no index: with %,d of %,d lists probed it finds %.4f of the 10 nearest and"
                    + " %.4f of the 100 nearest, and must find %s of both")
                .formatted(
                    folder,
                    probes,
                    lists,
                    measured.recallAt10(),
                    measured.recallAt100(),
                    settings.recall()));
      }
    }
  }
}

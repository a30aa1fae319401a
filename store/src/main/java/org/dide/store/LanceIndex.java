package org.dide.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.index.DistanceType;
import org.lance.index.Index;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.vector.IvfBuildParams;
import org.lance.index.vector.VectorIndexParams;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/**
 * The index of a data set's first shares: Lance's IVF_FLAT, which keeps the vectors themselves, by
 * list. Rows that came later are in no list; Lance compares a query with all of them.
 *
 * @param table the data set's folder
 * @param dataset at a version
 */
record LanceIndex(Path table, Dataset dataset) {
  /** Where Lance puts indexes, in the data set's folder. */
  static final String FOLDER = "_indices";

  private static final String NAME = "share_0";
  private static final String DISTANCE = "_distance"; // asked for, as Lance warns otherwise
  private static final int ROUNDS = 10; // of k-means
  private static final int SAMPLE = 64; // rows a list that k-means learns from
  private static final int SPARE = 16; // rows more than asked for: Lance rounds otherwise

  /** Divides all rows, which have to be as many as the lists at least. */
  void create(int lists) {
    IvfBuildParams division =
        new IvfBuildParams.Builder()
            .setNumPartitions(lists)
            .setMaxIters(ROUNDS)
            .setSampleRate(SAMPLE)
            .build();
    VectorIndexParams vectors =
        new VectorIndexParams.Builder(division).setDistanceType(DistanceType.L2).build();
    dataset.createIndex(
        IndexOptions.builder(
                List.of(Columns.share(0)),
                IndexType.VECTOR,
                IndexParams.builder().setVectorIndexParams(vectors).build())
            .withIndexName(NAME)
            .replace(true)
            .build());
  }

  void drop() {
    dataset.dropIndex(NAME);
  }

  boolean isThere() {
    return !dataset.getIndexes().isEmpty();
  }

  /** The files it is read from, below the data set's folder. */
  List<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    for (Index index : dataset.getIndexes()) {
      try (Stream<Path> paths =
          Files.walk(table.resolve(FOLDER).resolve(index.uuid().toString()))) {
        paths
            .filter(Files::isRegularFile)
            .map(path -> table.relativize(path).toString().replace('\\', '/'))
            .sorted()
            .forEach(files::add);
      }
    }
    return files;
  }

  /** Rows that are in no list. */
  long rowsWithout() {
    Set<Integer> with = new HashSet<>();
    dataset.getIndexes().forEach(index -> index.fragments().ifPresent(with::addAll));
    return dataset.getFragments().stream()
        .filter(fragment -> !with.contains(fragment.getId()))
        .mapToLong(Fragment::countRows)
        .sum();
  }

  /**
   * Reads the rows nearest to a query, and some more, of those in the nearest lists and in none.
   *
   * @param probes lists that the query meets, exactly
   * @param where only these rows; the filter is applied first
   */
  void nearest(
      float[] query,
      int count,
      int probes,
      Optional<String> where,
      List<String> columns,
      Consumer<VectorSchemaRoot> batch)
      throws IOException {
    List<String> wanted = new ArrayList<>(columns);
    wanted.add(DISTANCE);
    ScanOptions.Builder options =
        new ScanOptions.Builder()
            .columns(wanted)
            .prefilter(true)
            .nearest(
                new Query.Builder()
                    .setColumn(Columns.share(0))
                    .setKey(query)
                    .setK(count + SPARE)
                    .setMinimumNprobes(probes)
                    .setMaximumNprobes(probes)
                    .setDistanceType(DistanceType.L2)
                    .setUseIndex(true)
                    .build());
    where.ifPresent(filter -> options.filter(LanceTable.whole(filter)));
    try (LanceScanner scanner = dataset.newScan(options.build());
        ArrowReader rows = scanner.scanBatches()) {
      while (rows.loadNextBatch()) {
        batch.accept(rows.getVectorSchemaRoot());
      }
    } catch (IOException | RuntimeException problem) {
      throw problem;
    } catch (Exception impossible) { // declared by close
      throw new IllegalStateException(impossible);
    }
  }
}

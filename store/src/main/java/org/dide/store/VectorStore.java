package org.dide.store;

import static org.bytedeco.pytorch.global.torch.empty;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.dide.InputException;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.dide.hub.JsonText;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * A folder of stored vectors, as its last commit left it: a snapshot, which stays what it is while
 * {@link StoreWriter} works on. Safe to use from several threads.
 *
 * <p>Every file was compared with its checksum when the store was opened, so that what is read is
 * what was written.
 *
 * <p>A snapshot lives until {@link StoreWriter#KEPT} after the commit that followed it, and then
 * until a writer opens the store or commits again. An open one is not held any longer for its
 * readers: whoever reads from it later is told so by an {@link InputException}. Galleries are in
 * memory and live on.
 *
 * <p>A filter is a condition in SQL over an item's own columns and the metadata: {@code width >
 * height AND year >= 2020}. A name with another meaning in SQL stands in backquotes.
 */
public final class VectorStore implements AutoCloseable {
  /** Where in Lance's source a message comes from. */
  private static final Pattern SOURCE = Pattern.compile(", \\S+\\.rs:[0-9:]+");

  private static final long MAX_INDEX = 1 << 16; // bytes

  private final Path folder;
  private final Snapshot snapshot;
  private final LanceTable table;
  private final Columns columns;
  private final Optional<SearchIndex> index;

  private VectorStore(Path folder, Snapshot snapshot) {
    this.folder = folder;
    this.snapshot = snapshot;
    this.table = LanceTable.open(folder, snapshot.description(), snapshot.version());
    this.columns = new Columns(snapshot.description());
    this.index =
        snapshot
            .index()
            .map(file -> JsonText.read(folder.resolve(file.path()), MAX_INDEX, SearchIndex.class));
  }

  /**
   * Opens the last commit.
   *
   * @throws InputException if there is no store, or one of its files is missing or damaged
   */
  public static VectorStore open(Path folder) {
    return new VectorStore(folder, checked(folder));
  }

  /** The last commit, its files checked. */
  static Snapshot checked(Path folder) {
    Records records = StoreFolder.records(folder);
    while (true) {
      Path newest =
          records
              .newest()
              .orElseThrow(
                  () -> new InputException("%s: there is no store there".formatted(folder)));
      try {
        Snapshot snapshot = records.read(newest);
        snapshot.check(folder);
        return snapshot;
      } catch (InputException problem) {
        // A writer may have gone on, and cleared this one away.
        if (records.newest().equals(Optional.of(newest))) {
          throw problem;
        }
      }
    }
  }

  /** A commit that was checked. */
  static VectorStore of(Path folder, Snapshot snapshot) {
    return new VectorStore(folder, snapshot);
  }

  /** What the store holds. */
  public StoreDescription description() {
    return snapshot.description();
  }

  /** Counts commits; a later one has more. */
  public long version() {
    return snapshot.version();
  }

  /** Whether nothing was committed since. */
  public boolean isCurrent() {
    return StoreFolder.records(folder)
        .newest()
        .equals(Optional.of(StoreFolder.records(folder).file(snapshot)));
  }

  /** Items in it. */
  public long size() {
    return snapshot.rows();
  }

  /** Items of which a filter holds. */
  public long count(Optional<String> where) {
    long[] count = {size()};
    where.ifPresent(filter -> reading(where, () -> count[0] = table.rows(filter)));
    return count[0];
  }

  /** The index for {@link #nearest}, if {@link StoreWriter#index} made one. */
  public Optional<SearchIndex> index() {
    return index;
  }

  /** Which part of the items came after the index, in [0, 1]. */
  public double partWithoutIndex() {
    return size() == 0 ? 0 : table.index().rowsWithout() / (double) size();
  }

  /**
   * Refuses another model.
   *
   * @param fingerprint of the model that is to be used
   * @throws InputException if the vectors are another's
   */
  public void requireModel(String fingerprint) {
    StoreDescription description = description();
    if (!description.model().equals(fingerprint)) {
      throw new InputException(
          ("%s: holds vectors of the model %s with the fingerprint %s; the model in use has %s, and"
                  + " vectors of one model mean nothing to another")
              .formatted(folder, description.modelName(), description.model(), fingerprint));
    }
  }

  /** The checksum of what was encoded, by id, for every item; sorted. */
  public Map<String, String> checksums() {
    Map<String, String> checksums = new TreeMap<>();
    scan(
        List.of(Columns.ID, Columns.SHA256),
        Optional.empty(),
        batch -> {
          for (int row = 0; row < batch.rows(); row++) {
            checksums.put(batch.id(row), batch.sha256(row));
          }
        });
    return checksums;
  }

  /** What is known of every item beside, by id and column. */
  public Map<String, Map<String, Object>> metadata() {
    if (description().metadata().isEmpty()) {
      return Map.of(); // nothing to read
    }
    List<String> wanted = new ArrayList<>(List.of(Columns.ID));
    description().metadata().forEach(field -> wanted.add(field.name()));
    Map<String, Map<String, Object>> metadata = new HashMap<>();
    scan(
        wanted,
        Optional.empty(),
        batch ->
            IntStream.range(0, batch.rows())
                .forEach(row -> metadata.put(batch.id(row), batch.metadata(row))));
    return metadata;
  }

  /**
   * The shares of all items, or of those that a filter takes, in native memory. They are in the
   * order of their ids, as {@link String#compareTo} has it.
   *
   * @throws InputException if the filter cannot be used
   */
  public Gallery gallery(Optional<String> where) {
    List<StoredItem> items = items(where);
    Map<String, Integer> rows = new HashMap<>();
    items.forEach(item -> rows.put(item.id(), rows.size()));
    List<String> wanted = new ArrayList<>(columns.shares());
    wanted.add(Columns.ID);
    List<Tensor> shares = tensors(items.size());
    try {
      int[] found = {0};
      if (!items.isEmpty()) { // an empty tensor has no address
        scan(wanted, where, batch -> found[0] += copy(batch, rows, shares));
      }
      Pointer.trimMemory(); // what Lance read ahead into, which malloc else keeps for its threads
      if (found[0] != items.size()) {
        throw new InputException(
            "filter '%s': takes other items each time; allowed is what depends on an item alone"
                .formatted(where.orElse("")));
      }
      return new Gallery(description().model(), items, shares);
    } catch (RuntimeException problem) {
      shares.forEach(Tensor::close);
      throw problem;
    }
  }

  /** The shares of some items; ids that are not there are passed over. */
  public Gallery gallery(Collection<String> ids) {
    return gallery(Optional.of(among(ids)));
  }

  private static String among(Collection<String> ids) {
    return "id IN (%s)".formatted(String.join(", ", ids.stream().map(LanceTable::quoted).toList()));
  }

  /**
   * The shares of the items nearest to a query, or of those of them that a filter takes, found by
   * the index: most of the nearest there are, the nearest first, and some more. The fewer items the
   * filter takes, the more lists are probed; recall was measured without a filter. Items that came
   * after the index are found like all others.
   *
   * @param query a unit vector, {@code (S)}
   * @param count wanted; fewer come if the store has fewer
   * @throws InputException if there is no index, or the filter cannot be used
   */
  public Gallery nearest(float[] query, int count, Optional<String> where) {
    SearchIndex known =
        index.orElseThrow(
            () ->
                new InputException(
                    "%s: has no index; dide store index makes one".formatted(folder)));
    long meant = count(where);
    double wider = size() / (double) Math.max(1, meant);
    int probes = (int) Math.min(known.lists(), Math.ceil(known.probes() * wider));
    while (true) {
      Nearest found = nearest(query, count, probes, where);
      if (found.items.size() >= Math.min(count, meant) || probes >= known.lists()) {
        return found.gallery(description());
      }
      probes = Math.min(known.lists(), 2 * probes);
    }
  }

  /** Rows as they are found. */
  private static final class Nearest {
    private final List<StoredItem> items = new ArrayList<>();
    private final List<float[]> shares = new ArrayList<>();

    void add(RowReader batch) {
      for (int row = 0; row < batch.rows(); row++) {
        items.add(batch.item(row));
        shares.add(batch.share(0, row));
      }
    }

    Gallery gallery(StoreDescription description) {
      int size = description.shareSize();
      FloatBuffer values = FloatBuffer.allocate(items.size() * size);
      shares.forEach(values::put);
      try (Scope scope = Scope.open()) {
        Tensor rows = Tensors.of(values.array(), items.size(), size); // (N, S)
        return new Gallery(
            description.model(), items, List.of(scope.keep(rows.to(description.type().torch()))));
      }
    }
  }

  private Nearest nearest(float[] query, int count, int probes, Optional<String> where) {
    List<String> wanted = new ArrayList<>(columns.item());
    wanted.add(Columns.share(0));
    Nearest found = new Nearest();
    reading(
        where,
        () ->
            table
                .index()
                .nearest(
                    query,
                    count,
                    probes,
                    where,
                    wanted,
                    rows -> found.add(new RowReader(description(), rows))));
    return found;
  }

  private List<StoredItem> items(Optional<String> where) {
    List<StoredItem> items = new ArrayList<>();
    scan(
        columns.item(),
        where,
        batch -> IntStream.range(0, batch.rows()).forEach(row -> items.add(batch.item(row))));
    items.sort(Comparator.comparing(StoredItem::id));
    return items;
  }

  private List<Tensor> tensors(int rows) {
    long[] shape = {rows, description().shareSize()};
    try (Scope scope = Scope.open()) {
      TensorOptions options = new TensorOptions(description().type().torch());
      return IntStream.range(0, description().places())
          .mapToObj(
              place -> scope.keep(empty(shape, options, new MemoryFormatOptional()))) // (N, S)
          .toList();
    }
  }

  /** Puts each row of a batch in its place, if it has one; says how many have. */
  private int copy(RowReader batch, Map<String, Integer> rows, List<Tensor> shares) {
    int[] places =
        IntStream.range(0, batch.rows())
            .map(row -> Optional.ofNullable(rows.get(batch.id(row))).orElse(-1))
            .toArray();
    long bytes = (long) description().shareSize() * description().type().bytesInMemory();
    for (int place = 0; place < shares.size(); place++) {
      RowReader.ShareCopy copies = batch.copies(place);
      try (Scope scope = Scope.open()) {
        long to = shares.get(place).data_ptr().address();
        for (int row = 0; row < places.length; row++) {
          if (places[row] >= 0) {
            copies.copy(row, to + places[row] * bytes);
          }
        }
      }
    }
    return (int) IntStream.of(places).filter(place -> place >= 0).count();
  }

  /**
   * All that is stored under an id.
   *
   * @throws InputException if the files of this snapshot are gone
   */
  public Optional<StoredRow> find(String id) {
    List<StoredRow> found = new ArrayList<>();
    forEach(Optional.of("id = " + LanceTable.quoted(id)), found::add);
    return found.stream().findFirst();
  }

  /**
   * Goes through all items, or those that a filter takes, with all that is stored of them, in the
   * order they were written in.
   *
   * @throws InputException if the filter cannot be used
   */
  public void forEach(Optional<String> where, Consumer<StoredRow> row) {
    scan(
        columns.all(),
        where,
        batch -> IntStream.range(0, batch.rows()).forEach(i -> row.accept(batch.row(i))));
  }

  /** Goes through some items; ids that are not there are passed over. */
  void forEach(Collection<String> ids, Consumer<StoredRow> row) {
    forEach(Optional.of(among(ids)), row);
  }

  /**
   * Writes all rows into a folder of Parquet files, with every column, so that other programs can
   * read them and {@link StoreWriter#importParquet} can. The description stands beside, in {@code
   * _store.json}.
   *
   * @param to a folder that is not there yet; it is there when it is whole
   * @throws InputException if it is there, or cannot be written
   */
  public void exportParquet(Path to) {
    new ParquetFolder(to).write(table, description(), table.fileRows());
  }

  private void scan(List<String> wanted, Optional<String> where, Consumer<RowReader> batch) {
    reading(
        where,
        () -> table.scan(wanted, where, rows -> batch.accept(new RowReader(description(), rows))));
  }

  @FunctionalInterface
  private interface Reading {
    void read() throws IOException;
  }

  /** Reads, and tells what went wrong. */
  private void reading(Optional<String> where, Reading reading) {
    try {
      reading.read();
    } catch (InputException problem) {
      throw problem;
    } catch (IOException | RuntimeException problem) {
      if (!Files.exists(StoreFolder.records(folder).file(snapshot))) {
        throw new InputException(
            "%s: version %d of the store is gone, as newer ones were written; open it again"
                .formatted(folder, snapshot.version()),
            problem);
      }
      String told = SOURCE.matcher(String.valueOf(problem.getMessage())).replaceAll("");
      throw new InputException(
          where
              .map(
                  filter ->
                      ("filter '%s': cannot be used (%s); allowed are conditions in SQL over the"
                              + " columns %s")
                          .formatted(filter, told, String.join(", ", columns.filterable())))
              .orElse(
                  "%s: version %d of the store cannot be read (%s)"
                      .formatted(folder, snapshot.version(), told)),
          problem);
    }
  }

  /** Lets go of the snapshot; galleries live on. */
  @Override
  public void close() {
    table.close();
  }
}

package org.dide.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.dide.AtomicFile;
import org.dide.InputException;
import org.dide.hub.JsonText;

/**
 * The only writer of a store. Every method that changes the store, but {@link #importParquet}, is
 * one commit: it counts as a whole or, if it throws or the process is killed, not at all.
 *
 * <p>What a commit has put out of date is removed by a later one, or when the store is next opened
 * to write to it, {@link #KEPT} after that commit at the earliest.
 */
public final class StoreWriter implements AutoCloseable {
  /** How long a snapshot lives after the commit that followed it. */
  public static final Duration KEPT = Duration.ofMinutes(10);

  private final Path folder;
  private final FileChannel lock;
  private final Duration kept;
  private final TreeMap<Path, Snapshot> snapshots = new TreeMap<>(); // by record, the oldest first
  private final Map<String, String> checksums = new HashMap<>(); // by id
  private LanceTable table;
  private Optional<String> index = Optional.empty(); // the file that describes it

  private StoreWriter(Path folder, FileChannel lock, Duration kept, LanceTable table) {
    this.folder = folder;
    this.lock = lock;
    this.kept = kept;
    this.table = table;
  }

  /**
   * Makes an empty store.
   *
   * @param folder a new one, or an empty one
   * @throws InputException if the folder holds anything
   */
  public static StoreWriter create(Path folder, StoreDescription description) {
    return locked(
        folder,
        lock -> {
          StoreFolder.requireEmpty(folder);
          StoreFolder.sweep(folder, List.of(), List.of());
          Files.createDirectories(StoreFolder.records(folder).folder());
          LanceTable table = LanceTable.create(folder, description);
          StoreWriter writer = new StoreWriter(folder, lock, KEPT, table);
          writer.record(description);
          return writer;
        });
  }

  /**
   * Opens a store to write to it, as the last commit left it.
   *
   * @throws InputException if there is no store, another process writes to it, or one of its files
   *     is missing or damaged
   */
  public static StoreWriter open(Path folder) {
    return open(folder, KEPT);
  }

  /** The same, for which a snapshot lives so long after the commit that followed it. */
  static StoreWriter open(Path folder, Duration kept) {
    if (StoreFolder.records(folder).newest().isEmpty()) {
      throw new InputException("%s: there is no store there".formatted(folder));
    }
    return locked(
        folder,
        lock -> {
          Snapshot last = VectorStore.checked(folder);
          Records records = StoreFolder.records(folder);
          List<Path> files = records.files();
          List<Snapshot> all = files.stream().map(records::read).toList();
          StoreFolder.sweep(folder, files, all);
          StoreWriter writer =
              new StoreWriter(
                  folder, lock, kept, LanceTable.open(folder, last.description(), last.version()));
          all.forEach(snapshot -> writer.snapshots.put(records.file(snapshot), snapshot));
          writer.index = last.index().map(FileRecord::path);
          try (VectorStore store = writer.snapshot()) {
            writer.checksums.putAll(store.checksums());
          }
          writer.removeOld();
          return writer;
        });
  }

  /**
   * Opens a store to write to it, or makes an empty one where there is none yet.
   *
   * @param description of a new store
   * @throws InputException as {@link #open} and {@link #create} do
   */
  public static StoreWriter openOrCreate(Path folder, StoreDescription description) {
    return StoreFolder.records(folder).newest().isPresent()
        ? open(folder)
        : create(folder, description);
  }

  /**
   * Opens a store to import rows into it, or makes an empty one for them where there is none yet.
   *
   * @param from what {@link VectorStore#exportParquet} wrote, whose files are checked
   * @param type of the vectors of a new store; else that of the rows
   * @throws InputException as {@link #open}, {@link #create} and {@link #importParquet} do
   */
  public static StoreWriter openOrCreateFor(Path folder, Path from, Optional<VectorType> type) {
    StoreDescription rows = new ParquetFolder(from).about().description();
    return openOrCreate(folder, rows.with(type.orElse(rows.type())));
  }

  @FunctionalInterface
  private interface Opening {
    StoreWriter open(FileChannel lock) throws IOException;
  }

  private static StoreWriter locked(Path folder, Opening opening) {
    try {
      Files.createDirectories(folder);
      FileChannel lock = StoreFolder.lock(folder);
      try {
        return opening.open(lock);
      } catch (IOException | RuntimeException problem) {
        lock.close();
        throw problem;
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be opened (%s)".formatted(folder, e), e);
    }
  }

  private Snapshot last() {
    return snapshots.lastEntry().getValue();
  }

  /** What the store holds. */
  public StoreDescription description() {
    return last().description();
  }

  /** The last commit, to read; close it. */
  public VectorStore snapshot() {
    return VectorStore.of(folder, last());
  }

  /** Items in it. */
  public long size() {
    return checksums.size();
  }

  /** The checksum of what was encoded, by id, for every item. */
  public Map<String, String> checksums() {
    return Map.copyOf(checksums);
  }

  /**
   * Adds rows; one whose id is there already takes the other's place.
   *
   * @throws InputException if a row does not fit the store or has another's id; nothing is then
   *     written
   */
  public void write(List<StoredRow> rows) {
    StoreDescription description = description();
    Set<String> ids = new HashSet<>();
    for (StoredRow row : rows) {
      RowCheck.check(description, row);
      if (!ids.add(row.id())) {
        throw new InputException("id '%s': found twice among the rows".formatted(row.id()));
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    List<String> replaced = ids.stream().filter(checksums::containsKey).toList();
    commit(
        description,
        () -> {
          table.delete(replaced);
          table.append(description, rows);
        });
    rows.stream().map(StoredRow::item).forEach(item -> checksums.put(item.id(), item.sha256()));
  }

  /**
   * Adds the rows that {@link VectorStore#exportParquet} wrote, and the metadata columns that they
   * have beyond; one whose id is there already takes the other's place. This is many commits: if it
   * is ended midway, what was committed stays, and doing it again completes it.
   *
   * @return how many rows
   * @throws InputException if a file is missing or damaged, or the rows are another model's or do
   *     not fit
   */
  public long importParquet(Path from) {
    ParquetFolder folder = new ParquetFolder(from);
    ParquetFolder.About about = folder.about();
    RowCheck.check(description(), about.description(), from);
    Metadata metadata = new Metadata(from.toString(), about.description().metadata(), Map.of());
    addMetadata(metadata.beyond(description()));
    folder.read(about, this::write);
    return about.rows();
  }

  /** Removes the items of these ids; those that are not there are passed over. */
  public void delete(Collection<String> ids) {
    List<String> there = ids.stream().distinct().filter(checksums::containsKey).toList();
    if (!there.isEmpty()) {
      commit(description(), () -> table.delete(there));
      there.forEach(checksums::remove);
    }
  }

  /**
   * Adds metadata columns, which no item has anything in yet.
   *
   * @throws InputException if one of that name is there
   */
  public void addMetadata(List<MetadataField> fields) {
    if (fields.isEmpty()) {
      return;
    }
    List<MetadataField> all = new ArrayList<>(description().metadata());
    all.addAll(fields);
    commit(
        description().with(all),
        () -> table.addColumns(fields.stream().map(Columns::field).toList()));
  }

  /** Makes few large files of many small ones, without what was replaced or removed. */
  public void compact() {
    commit(description(), () -> table.compact());
  }

  /**
   * Makes an index of the rows, in place of one that is there, if it finds enough: queries are
   * compared with all rows and then meet more and more lists, until the index finds what it must.
   *
   * @param queries a store of the same model, whose items are the queries; else rows of this one
   * @param progress hears of each step
   * @throws InputException if the rows are no unit vectors, or the index finds too little; the
   *     store is then as it was
   */
  public SearchIndex index(
      IndexSettings settings, Optional<VectorStore> queries, Consumer<IndexStep> progress) {
    IndexMaker maker = new IndexMaker(folder, description(), settings, progress);
    commit(
        description(),
        () -> {
          SearchIndex made;
          try (VectorStore rows = snapshot()) {
            made = maker.make(table, rows, queries);
          }
          String file = StoreFolder.index(table.version());
          Files.createDirectories(folder.resolve(file).getParent());
          AtomicFile.write(folder.resolve(file), JsonText.indented(made).getBytes(UTF_8));
          index = Optional.of(file);
        });
    try (VectorStore store = snapshot()) {
      return store.index().orElseThrow();
    }
  }

  /** Removes the index, if there is one. */
  public void removeIndex() {
    if (table.index().isThere()) {
      commit(description(), () -> table.index().drop());
    }
  }

  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }

  /** Makes a change and its record; puts everything back if that fails. */
  private void commit(StoreDescription description, Change change) {
    long before = table.version();
    try {
      change.make();
      if (table.version() != before) {
        record(description);
        removeOld();
      }
    } catch (IOException | RuntimeException problem) {
      putBack(problem);
      if (problem instanceof InputException told) {
        throw told;
      }
      throw new InputException(
          "%s: cannot be written (%s); it is as it was before".formatted(folder, problem), problem);
    }
  }

  private void putBack(Exception problem) {
    try {
      table.close();
      StoreFolder.sweep(folder, List.copyOf(snapshots.keySet()), List.copyOf(snapshots.values()));
      table = LanceTable.open(folder, description(), last().version());
      index = last().index().map(FileRecord::path);
    } catch (IOException | RuntimeException another) {
      problem.addSuppressed(another);
    }
  }

  private void record(StoreDescription description) throws IOException {
    Map<String, FileRecord> known = new HashMap<>();
    Optional.ofNullable(snapshots.lastEntry())
        .ifPresent(last -> last.getValue().files().forEach(file -> known.put(file.path(), file)));
    List<FileRecord> files = new ArrayList<>();
    Set<Path> folders = new HashSet<>();
    List<String> paths = new ArrayList<>(table.files());
    if (table.index().isThere()) {
      index.ifPresent(paths::add);
    }
    for (String path : paths) {
      FileRecord file = known.get(path);
      if (file == null) {
        file = FileRecord.of(folder, path);
        Path below = Path.of(path);
        for (int names = 1; names < below.getNameCount(); names++) {
          folders.add(folder.resolve(below.subpath(0, names))); // any of them may be new
        }
        folders.add(folder);
      }
      files.add(file);
    }
    for (Path changed : folders) {
      AtomicFile.sync(changed);
    }
    Snapshot snapshot =
        new Snapshot(
            Snapshot.FORMAT,
            table.version(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS),
            table.rows(),
            description,
            files);
    snapshots.put(StoreFolder.records(folder).write(snapshot), snapshot);
  }

  /** Removes commits that were followed by another long ago, with the files that only they have. */
  private void removeOld() throws IOException {
    Instant limit = Instant.now().minus(kept);
    List<Path> files = List.copyOf(snapshots.keySet());
    boolean removed = false;
    for (int i = 0; i + 1 < files.size(); i++) {
      Snapshot next = Optional.ofNullable(snapshots.get(files.get(i + 1))).orElseThrow();
      if (next.written().isBefore(limit)) {
        snapshots.remove(files.get(i));
        removed = true;
      }
    }
    if (removed) {
      StoreFolder.sweep(folder, List.copyOf(snapshots.keySet()), List.copyOf(snapshots.values()));
    }
  }

  /** Lets another writer in. */
  @Override
  public void close() {
    try {
      table.close();
      lock.close();
    } catch (IOException e) {
      throw new InputException("%s: cannot be closed (%s)".formatted(folder, e), e);
    }
  }
}

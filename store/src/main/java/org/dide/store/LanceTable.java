package org.dide.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.ReadOptions;
import org.lance.SourcedTransaction;
import org.lance.compaction.CompactionOptions;
import org.lance.fragment.DataFile;
import org.lance.fragment.DeletionFile;
import org.lance.fragment.DeletionFileType;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.ScanOptions;
import org.lance.operation.Append;

/**
 * A Lance data set in a store's folder, at one version: all that the store knows of Lance. What
 * changes it moves it on by one or more versions.
 */
final class LanceTable implements AutoCloseable {
  /** Its folder in the store's. */
  static final String NAME = "vectors.lance";

  /** The folder in it that Lance puts rows into. */
  static final String DATA = "data";

  private static final int FILTERED = 1024; // ids in one filter
  private static final long FILE_BYTES = 1L << 26; // of a full fragment, about

  private final Path folder; // the store's
  private final int fileRows;
  private final int batchRows;
  private final BufferAllocator allocator;
  private Dataset dataset;

  private LanceTable(
      Path folder, StoreDescription description, BufferAllocator allocator, Dataset dataset) {
    this.folder = folder;
    this.fileRows = description.rowsOf(FILE_BYTES, Integer.MAX_VALUE);
    this.batchRows = description.batchRows();
    this.allocator = allocator;
    this.dataset = dataset;
  }

  /** An empty one, at version 1. */
  static LanceTable create(Path folder, StoreDescription description) {
    BufferAllocator allocator = new RootAllocator();
    return new LanceTable(
        folder,
        description,
        allocator,
        Dataset.write()
            .allocator(allocator)
            .uri(uri(folder))
            .schema(new Columns(description).schema())
            .execute());
  }

  /** One at a version, whose files were checked. */
  static LanceTable open(Path folder, StoreDescription description, long version) {
    BufferAllocator allocator = new RootAllocator();
    ReadOptions settings = new ReadOptions.Builder().setVersion(version).build();
    return new LanceTable(
        folder,
        description,
        allocator,
        Dataset.open().allocator(allocator).uri(uri(folder)).readOptions(settings).build());
  }

  private static String uri(Path folder) {
    return folder.toAbsolutePath().resolve(NAME).toString();
  }

  /** Rows of a full fragment, about. */
  int fileRows() {
    return fileRows;
  }

  long version() {
    return dataset.version();
  }

  long rows() {
    return dataset.countRows();
  }

  /** Rows that a filter takes. */
  long rows(String where) {
    return dataset.countRows(whole(where));
  }

  BufferAllocator allocator() {
    return allocator;
  }

  Dataset dataset() {
    return dataset;
  }

  /** Adds rows, which the columns have to fit. */
  void append(StoreDescription description, List<StoredRow> rows) {
    try (RowBatches batches = new RowBatches(allocator, description, rows);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, batches, stream);
      commit(
          Fragment.write().datasetUri(uri(folder)).data(stream).maxRowsPerFile(fileRows).execute());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible); // it reads no file
    }
  }

  private void commit(List<FragmentMetadata> fragments) {
    try (SourcedTransaction transaction =
        dataset
            .newTransactionBuilder()
            .operation(Append.builder().fragments(fragments).build())
            .build()) {
      Dataset before = dataset;
      dataset = transaction.commit();
      before.close();
    }
  }

  /** Removes the rows of these ids. */
  void delete(List<String> ids) {
    for (int start = 0; start < ids.size(); start += FILTERED) {
      List<String> some = ids.subList(start, Math.min(ids.size(), start + FILTERED));
      dataset.delete(
          "id IN (%s)"
              .formatted(String.join(", ", some.stream().map(LanceTable::quoted).toList())));
    }
  }

  /** A filter as Lance takes it, with nothing after it. */
  static String whole(String filter) {
    return "(" + filter + ")";
  }

  /** A string as SQL writes it. */
  static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Adds columns, empty in all rows. */
  void addColumns(List<Field> fields) {
    dataset.addColumns(fields);
  }

  void compact() {
    dataset.compact(CompactionOptions.builder().withTargetRowsPerFragment(fileRows).build());
  }

  /** The index of this version, whether there is one or not. */
  LanceIndex index() {
    return new LanceIndex(folder.resolve(NAME), dataset);
  }

  /** The files that this version is read from, below the store's folder. */
  List<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    // Lance's names sort the newest first.
    files.add("_versions/%s.manifest".formatted(Long.toUnsignedString(-1L - version())));
    for (Fragment fragment : dataset.getFragments()) {
      FragmentMetadata of = fragment.metadata();
      for (DataFile file : of.getFiles()) {
        files.add("data/" + file.getPath());
      }
      Optional.ofNullable(of.getDeletionFile())
          .ifPresent(file -> files.add(deletions(of.getId(), file)));
    }
    files.addAll(index().files());
    return files.stream().map(file -> NAME + "/" + file).toList();
  }

  private static String deletions(int fragment, DeletionFile file) {
    return "_deletions/%d-%d-%s.%s"
        .formatted(
            fragment,
            file.getReadVersion(),
            Long.toUnsignedString(file.getId()),
            file.getFileType() == DeletionFileType.ARRAY ? "arrow" : "bin");
  }

  /** Reads rows, some at a time, in the order they are stored in. */
  void scan(List<String> columns, Optional<String> where, Consumer<VectorSchemaRoot> batch)
      throws IOException {
    windows(
        fileRows,
        columns,
        where,
        rows -> {
          try (rows) {
            while (rows.loadNextBatch()) {
              batch.accept(rows.getVectorSchemaRoot());
            }
          }
        });
  }

  /** Takes the rows of a window. */
  @FunctionalInterface
  interface Window {
    /** Reads them and closes their reader, which must not be closed twice. */
    void read(ArrowReader rows) throws IOException;
  }

  /**
   * Reads rows one window after the other, in the order they are stored in.
   *
   * @param most rows in a window, except where a fragment has more
   */
  void windows(int most, List<String> columns, Optional<String> where, Window window)
      throws IOException {
    for (List<Integer> fragments : windows(most)) {
      ScanOptions.Builder options =
          new ScanOptions.Builder().columns(columns).batchSize(batchRows).fragmentIds(fragments);
      where.ifPresent(filter -> options.filter(whole(filter)));
      scan(options.build(), window);
    }
  }

  private void scan(ScanOptions options, Window window) throws IOException {
    try (LanceScanner scanner = dataset.newScan(options)) {
      window.read(scanner.scanBatches());
    } catch (IOException | RuntimeException problem) {
      throw problem;
    } catch (Exception impossible) { // declared by close
      throw new IllegalStateException(impossible);
    }
  }

  /** The fragments, divided so that what Lance reads ahead, all of one window, stays small. */
  private List<List<Integer>> windows(int most) {
    List<List<Integer>> windows = new ArrayList<>();
    List<Integer> window = new ArrayList<>();
    long rows = 0;
    for (Fragment fragment : dataset.getFragments()) {
      long more = fragment.metadata().getPhysicalRows();
      if (!window.isEmpty() && rows + more > most) {
        windows.add(window);
        window = new ArrayList<>();
        rows = 0;
      }
      window.add(fragment.getId());
      rows += more;
    }
    windows.add(window);
    return windows;
  }

  @Override
  public void close() {
    dataset.close();
    allocator.close();
  }
}

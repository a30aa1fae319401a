package org.dide.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
import org.lance.fragment.DataFile;
import org.lance.fragment.DeletionFile;
import org.lance.fragment.DeletionFileType;
import org.lance.index.Index;
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

  private static final int BATCH = 1024; // rows read at once
  private static final long MAX_FILE_BYTES = 1L << 28; // a fragment's, about; one is read ahead

  private final Path folder; // the store's
  private final BufferAllocator allocator;
  private Dataset dataset;

  private LanceTable(Path folder, BufferAllocator allocator, Dataset dataset) {
    this.folder = folder;
    this.allocator = allocator;
    this.dataset = dataset;
  }

  /** An empty one, at version 1. */
  static LanceTable create(Path folder, Columns columns) {
    BufferAllocator allocator = new RootAllocator();
    return new LanceTable(
        folder,
        allocator,
        Dataset.write().allocator(allocator).uri(uri(folder)).schema(columns.schema()).execute());
  }

  /** One at a version, whose files were checked. */
  static LanceTable open(Path folder, long version) {
    BufferAllocator allocator = new RootAllocator();
    ReadOptions settings = new ReadOptions.Builder().setVersion(version).build();
    return new LanceTable(
        folder,
        allocator,
        Dataset.open().allocator(allocator).uri(uri(folder)).readOptions(settings).build());
  }

  private static String uri(Path folder) {
    return folder.toAbsolutePath().resolve(NAME).toString();
  }

  long version() {
    return dataset.version();
  }

  long rows() {
    return dataset.countRows();
  }

  BufferAllocator allocator() {
    return allocator;
  }

  Dataset dataset() {
    return dataset;
  }

  /** Adds rows, which the columns have to fit. */
  void append(StoreDescription description, List<StoredRow> rows) {
    long rowBytes =
        (long) description.places()
            * (description.width() + description.shareSize())
            * description.type().bytes();
    int fileRows = (int) Math.max(BATCH, MAX_FILE_BYTES / rowBytes);
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
    for (int start = 0; start < ids.size(); start += BATCH) {
      List<String> some = ids.subList(start, Math.min(ids.size(), start + BATCH));
      dataset.delete(
          "id IN (%s)"
              .formatted(String.join(", ", some.stream().map(LanceTable::quoted).toList())));
    }
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
    dataset.compact();
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
    for (Index index : dataset.getIndexes()) {
      Path indices = folder.resolve(NAME).resolve("_indices/" + index.uuid());
      try (Stream<Path> parts = Files.list(indices)) {
        parts.forEach(part -> files.add("_indices/" + index.uuid() + "/" + part.getFileName()));
      }
    }
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
    ScanOptions.Builder options = new ScanOptions.Builder().columns(columns).batchSize(BATCH);
    where.ifPresent(options::filter);
    scan(options.build(), batch);
  }

  /** Reads rows as they come. */
  void scan(ScanOptions options, Consumer<VectorSchemaRoot> batch) throws IOException {
    try (LanceScanner scanner = dataset.newScan(options);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        batch.accept(reader.getVectorSchemaRoot());
      }
    } catch (IOException | RuntimeException problem) {
      throw problem;
    } catch (Exception impossible) { // declared by close
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    dataset.close();
    allocator.close();
  }
}

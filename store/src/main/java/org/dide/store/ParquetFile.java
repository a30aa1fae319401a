package org.dide.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.arrow.dataset.file.DatasetFileWriter;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.dide.AtomicFile;
import org.dide.InputException;

/** A table in one Parquet file, for other programs. */
public final class ParquetFile {
  private static final int BATCH = 1024; // rows made at once
  private static final Duration RELEASE = Duration.ofSeconds(30);

  private ParquetFile() {}

  /**
   * A column; any row may lack it.
   *
   * @param name any
   * @param type of its values
   */
  public record Column(String name, MetadataType type) {}

  /**
   * Writes a table, whole or not at all, in the place of whatever file was there.
   *
   * @param rows each with the values of the first columns, of their types; the rest lack
   * @throws InputException if there are no rows, or the file cannot be written
   */
  public static void write(Path file, List<Column> columns, List<? extends List<?>> rows) {
    if (rows.isEmpty()) {
      throw new InputException("%s: a Parquet file needs a row, found none".formatted(file));
    }
    Path target = file.toAbsolutePath();
    Path aside =
        target.resolveSibling(
            ".%s.%d.part".formatted(target.getFileName(), ProcessHandle.current().pid()));
    try (BufferAllocator allocator = new RootAllocator()) {
      try {
        Files.createDirectory(aside);
        Path whole = aside.resolve("whole");
        write(allocator, new Batches(allocator, columns, rows.iterator()), whole);
        AtomicFile.put(whole, target);
      } finally {
        remove(aside);
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be written (%s)".formatted(file, e), e);
    }
  }

  /** The writer's own threads let go of the last rows now and then after it has returned. */
  private static void awaitRelease(BufferAllocator allocator, long before) {
    long end = System.nanoTime() + RELEASE.toNanos();
    while (allocator.getAllocatedMemory() > before && System.nanoTime() < end) {
      LockSupport.parkNanos(100_000);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> left = Files.walk(folder)) {
        for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  /**
   * Writes rows into a file; no file where there are no rows. It keeps all in memory until it is
   * done. The writer closes the rows, and takes an empty folder only: one beside the file.
   */
  static void write(BufferAllocator allocator, ArrowReader rows, Path file) throws IOException {
    Path alone = file.resolveSibling("writing");
    long before = allocator.getAllocatedMemory();
    try {
      DatasetFileWriter.write(
          allocator,
          rows,
          FileFormat.PARQUET,
          alone.toUri().toString(),
          new String[0],
          1,
          "{i}.parquet");
    } catch (RuntimeException problem) {
      throw new IOException(problem);
    } finally {
      awaitRelease(allocator, before);
    }
    Path only = alone.resolve("0.parquet");
    if (Files.exists(only)) {
      Files.move(only, file);
    }
    Files.deleteIfExists(alone);
  }

  /** Rows as batches of Arrow's columns, made as they are asked for. */
  private static final class Batches extends ArrowReader {
    private final List<Column> columns;
    private final Iterator<? extends List<?>> rows;

    Batches(BufferAllocator allocator, List<Column> columns, Iterator<? extends List<?>> rows) {
      super(allocator);
      this.columns = columns;
      this.rows = rows;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      VectorSchemaRoot root = getVectorSchemaRoot();
      root.allocateNew();
      int count = 0;
      for (; count < BATCH && rows.hasNext(); count++) {
        List<?> row = rows.next();
        for (int i = 0; i < row.size(); i++) {
          RowBatches.set(root.getVector(i), count, row.get(i));
        }
      }
      root.setRowCount(count);
      return count > 0;
    }

    @Override
    protected Schema readSchema() {
      List<Field> fields = new ArrayList<>();
      columns.forEach(column -> fields.add(Columns.field(column.name(), column.type())));
      return new Schema(fields);
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {}
  }
}

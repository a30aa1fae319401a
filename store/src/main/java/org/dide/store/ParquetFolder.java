package org.dide.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.dataset.file.FileSystemDatasetFactory;
import org.apache.arrow.dataset.jni.NativeMemoryPool;
import org.apache.arrow.dataset.scanner.ScanOptions;
import org.apache.arrow.dataset.scanner.Scanner;
import org.apache.arrow.dataset.source.Dataset;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.dide.AtomicFolder;
import org.dide.InputException;
import org.dide.hub.JsonText;

/**
 * A store's rows in a folder of Parquet files, which other programs read. What the store is stands
 * beside them, in a file that such programs pass over for its name's sake.
 *
 * @param folder they lie in
 */
record ParquetFolder(Path folder) {
  static final String ABOUT = "_store.json";

  private static final int FORMAT = 1;
  private static final Pattern PART = Pattern.compile("part-[0-9]{6}\\.parquet");
  private static final long MAX_ABOUT = 1 << 24; // bytes

  /**
   * What is in the folder.
   *
   * @param format 1
   * @param rows in all files
   * @param description of the store
   * @param files with rows
   */
  record About(int format, long rows, StoreDescription description, List<FileRecord> files) {
    About {
      files = List.copyOf(files);
      if (format != FORMAT) {
        throw new InputException(
            "format: found %d, this program reads %d".formatted(format, FORMAT));
      }
      for (FileRecord file : files) {
        if (!PART.matcher(file.path()).matches()) {
          throw new InputException(
              "files: found the name '%s', allowed is %s".formatted(file.path(), PART));
        }
      }
    }
  }

  /**
   * Writes all rows of a table; the folder is there when all are in it.
   *
   * @param most rows in a file, except where a fragment has more
   * @throws InputException if there is something already, or it cannot be written
   */
  void write(LanceTable table, StoreDescription description, int most) {
    if (Files.exists(folder)) {
      throw new InputException("%s: is there already".formatted(folder));
    }
    AtomicFolder.write(
        folder.toAbsolutePath(),
        aside -> {
          int[] parts = {0};
          table.windows(
              most,
              new Columns(description).all(),
              Optional.empty(),
              rows ->
                  ParquetFile.write(
                      table.allocator(),
                      rows,
                      aside.resolve("part-%06d.parquet".formatted(parts[0]++))));
          List<FileRecord> files = new ArrayList<>();
          try (Stream<Path> paths = Files.list(aside)) {
            for (Path path : paths.sorted().toList()) {
              files.add(FileRecord.of(aside, path.getFileName().toString()));
            }
          }
          About about = new About(FORMAT, table.rows(), description, files);
          Files.writeString(aside.resolve(ABOUT), JsonText.indented(about));
        });
  }

  /**
   * What is in it, every file checked.
   *
   * @throws InputException if that is no such folder, or a file of it is missing or damaged
   */
  About about() {
    Path file = folder.resolve(ABOUT);
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "%s: is missing; only what was exported from a store can be imported".formatted(file));
    }
    About about = JsonText.read(file, MAX_ABOUT, About.class);
    about.files().forEach(part -> part.check(folder));
    return about;
  }

  /**
   * Reads all rows, some at a time.
   *
   * @throws InputException if a file does not hold what was told of it
   */
  void read(About about, Consumer<List<StoredRow>> rows) {
    long found = 0;
    for (FileRecord part : about.files()) {
      found += read(folder.resolve(part.path()), about.description(), rows);
    }
    if (found != about.rows()) {
      throw new InputException(
          "%s: found %d rows, %s tells of %d".formatted(folder, found, ABOUT, about.rows()));
    }
  }

  private static long read(
      Path part, StoreDescription description, Consumer<List<StoredRow>> rows) {
    long found = 0;
    try (BufferAllocator allocator = new RootAllocator();
        FileSystemDatasetFactory factory =
            new FileSystemDatasetFactory(
                allocator,
                NativeMemoryPool.getDefault(),
                FileFormat.PARQUET,
                part.toUri().toString());
        Dataset dataset = factory.finish();
        Scanner scanner = dataset.newScan(new ScanOptions(description.batchRows()));
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        RowReader batch = new RowReader(description, reader.getVectorSchemaRoot());
        rows.accept(IntStream.range(0, batch.rows()).mapToObj(batch::row).toList());
        found += batch.rows();
      }
      return found;
    } catch (InputException told) {
      throw told;
    } catch (Exception problem) { // declared by close; and whatever a strange file leads to
      throw new InputException("%s: cannot be read (%s)".formatted(part, problem), problem);
    }
  }
}

package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
import org.dide.InputException;
import org.dide.store.ParquetFile.Column;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFileTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("id", MetadataType.STRING),
          new Column("answer 1", MetadataType.STRING),
          new Column("probability", MetadataType.DOUBLE),
          new Column("count", MetadataType.INT64),
          new Column("sure", MetadataType.BOOL));

  @TempDir Path folder;

  private static List<List<String>> read(Path file) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        FileSystemDatasetFactory factory =
            new FileSystemDatasetFactory(
                allocator,
                NativeMemoryPool.getDefault(),
                FileFormat.PARQUET,
                file.toUri().toString());
        Dataset dataset = factory.finish();
        Scanner scanner = dataset.newScan(new ScanOptions(100));
        ArrowReader reader = scanner.scanBatches()) {
      assertThat(reader.getVectorSchemaRoot().getSchema().getFields())
          .isEqualTo(
              COLUMNS.stream().map(column -> Columns.field(column.name(), column.type())).toList());
      while (reader.loadNextBatch()) {
        for (int i = 0; i < reader.getVectorSchemaRoot().getRowCount(); i++) {
          int row = i;
          rows.add(
              reader.getVectorSchemaRoot().getFieldVectors().stream()
                  .map(column -> Objects.toString(column.getObject(row)))
                  .toList());
        }
      }
    }
    return rows;
  }

  @Test
  void keepsTypesAndWhatIsLacking() throws Exception {
    Path file = Files.writeString(folder.resolve("it's ü.parquet"), "what was there before");
    ParquetFile.write(
        file, COLUMNS, List.of(List.of("a\n\"b\"", "ja, ü", 0.1, 7L, true), List.of("c", "no")));
    assertThat(read(file))
        .containsExactly(
            List.of("a\n\"b\"", "ja, ü", "0.1", "7", "true"),
            Arrays.asList("c", "no", "null", "null", "null"));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void writesManyRowsInOrder() throws Exception {
    Path file = folder.resolve("many.parquet");
    List<List<Object>> rows =
        IntStream.range(0, 70_000).mapToObj(i -> List.<Object>of("p" + i, "x", i / 8.0)).toList();
    ParquetFile.write(file, COLUMNS, rows);
    List<List<String>> read = read(file);
    assertThat(read).hasSize(70_000);
    assertThat(read.get(69_999).subList(0, 3)).containsExactly("p69999", "x", "8749.875");
    assertThat(IntStream.range(0, 70_000).allMatch(i -> read.get(i).get(0).equals("p" + i)))
        .isTrue();
  }

  @Test
  void leavesNothingHalfWritten() throws IOException {
    assertThatThrownBy(() -> ParquetFile.write(folder.resolve("a"), COLUMNS, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("a Parquet file needs a row, found none");
    assertThatThrownBy(
            () -> ParquetFile.write(folder.resolve("no/a"), COLUMNS, List.of(List.of("a"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot be written");
    assertThatThrownBy(
            () -> ParquetFile.write(folder.resolve("a"), COLUMNS, List.of(List.of("a", 1L))))
        .isInstanceOf(Exception.class);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}

package org.dide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FuzzFilesTest {
  private static final Path SEEDS = Path.of("..", "core/src/test/resources/org/dide/tensor");

  @TempDir Path folder;

  @Test
  void filesOfTensorsAreReadOrRefused() throws IOException {
    FuzzReport report = new FuzzFiles(TensorFuzz.formats(SEEDS, folder), folder).run(3_000, 1);
    assertThat(report.failures()).as(report.toString()).isEmpty();
    assertThat(report.files()).isEqualTo(3_000);
    assertThat(report.read("pickles in torch-zip.ckpt")).isPositive();
    assertThat(report.read("legacy files")).isPositive();
    assertThat(report.read("safetensors")).isPositive();
  }

  @Test
  void whatComesWithAModelIsReadOrRefused() throws IOException {
    List<FuzzFormat> formats = ModelFuzz.formats(folder);
    FuzzReport report = new FuzzFiles(formats, folder).run(3_000, 1);
    assertThat(report.failures()).as(report.toString()).isEmpty();
    assertThat(formats).hasSize(5).allMatch(format -> report.read(format.name()) > 0);
  }

  @Test
  void noticesWhatMustNotBe() throws IOException {
    assertThat(failures(file -> new byte[8 << 20])).anyMatch(line -> line.contains("allocated 8"));
    assertThat(
            failures(
                file -> {
                  throw new IllegalStateException("what");
                }))
        .anyMatch(line -> line.contains("IllegalStateException"));
    assertThat(
            failures(
                file -> {
                  throw new InputException("something is wrong");
                }))
        .anyMatch(line -> line.contains("no file in"));
    assertThat(failures(file -> new byte[0])).isEmpty();
  }

  private interface Reading {
    byte[] read(Path file);
  }

  // Only changed files are opened by the reading; the seed is sound.
  private List<String> failures(Reading reading) throws IOException {
    byte[] seed = {1, 2, 3};
    FuzzFormat.Opener opener =
        file -> {
          if (!Arrays.equals(bytes(file), seed)) {
            reading.read(file);
          }
          return new FuzzFormat.Opened() {
            @Override
            public long readAll() {
              return 0;
            }

            @Override
            public void close() {}
          };
        };
    FuzzFormat format =
        new FuzzFormat(
            "x",
            Path.of("x"),
            0,
            List.of(seed),
            List.of(seed),
            bytes -> new int[0],
            UnaryOperator.identity(),
            opener);
    return new FuzzFiles(List.of(format), folder).run(3, 1).failures();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

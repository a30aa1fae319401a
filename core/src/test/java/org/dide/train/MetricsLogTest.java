package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.dide.InputException;
import org.dide.train.MetricsLog.Entry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  private static final Entry FIRST = new Entry(1, 0, "train", Map.of("loss", 2.5));
  private static final Entry SECOND = new Entry(2, 0, "dev", Map.of("score", 0.25));
  private static final Entry THIRD = new Entry(3, 1, "train", Map.of("loss", 1e-7));

  @TempDir Path folder;
  Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("metrics.jsonl");
  }

  @Test
  void readsBackWhatWasWritten() throws IOException {
    write(FIRST, SECOND, THIRD);

    assertThat(MetricsLog.read(file)).containsExactly(FIRST, SECOND, THIRD);
    assertThat(Files.readAllLines(file))
        .first()
        .isEqualTo("{\"step\":1,\"epoch\":0,\"split\":\"train\",\"values\":{\"loss\":2.5}}");
  }

  @Test
  void keepsLinesTheReaderCanAlreadySeeBeforeClosing() {
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.append(FIRST);
      log.sync();
      assertThat(MetricsLog.read(file)).containsExactly(FIRST);
    }
  }

  @Test
  void writesWhatIsNotFiniteAsNull() throws IOException {
    write(new Entry(1, 0, "train", Map.of("loss", Double.NaN)));

    assertThat(Files.readString(file)).contains("{\"loss\":null}");
    assertThat(MetricsLog.read(file).get(0).values()).containsEntry("loss", Double.NaN);
  }

  @Test
  void dropsWhatLiesPastTheStepItGoesOnFrom() {
    write(FIRST, SECOND, THIRD);

    try (MetricsLog log = MetricsLog.open(file, 2)) {
      assertThat(MetricsLog.read(file)).containsExactly(FIRST, SECOND);
      log.append(THIRD);
    }
    assertThat(MetricsLog.read(file)).containsExactly(FIRST, SECOND, THIRD);
    assertThat(folder).isDirectoryContaining("glob:**metrics.jsonl");
  }

  @Test
  void dropsALastLineThatWasCutOffAnywhere() throws IOException {
    write(FIRST, SECOND);
    String whole = Files.readString(file);
    int start = whole.indexOf('\n') + 1;
    for (int end = start; end < whole.length(); end++) {
      Files.writeString(file, whole.substring(0, end));

      assertThat(MetricsLog.read(file)).containsExactly(FIRST);
      MetricsLog.open(file, 9).close();
      assertThat(Files.readString(file)).isEqualTo(whole.substring(0, start));
    }
  }

  @Test
  void namesTheLineThatIsNotAsItShouldBe() throws IOException {
    write(FIRST);
    Files.writeString(file, "{\"step\":\"two\"}\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> MetricsLog.open(file, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("metrics.jsonl: line 2: found '{\"step\":\"two\"}'");
  }

  private void write(Entry... entries) {
    try (MetricsLog log = MetricsLog.open(file, Long.MAX_VALUE)) {
      for (Entry entry : entries) {
        log.append(entry);
      }
    }
  }
}

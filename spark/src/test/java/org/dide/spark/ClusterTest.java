package org.dide.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.dide.answer.PictureEncoder.Outcome;
import org.dide.data.TaskName;
import org.dide.model.Architecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of a master and two workers, one of which is killed while pictures are being encoded.
 * It takes a minute or two of six Javas; {@code bench/spark/cluster.sh} runs it.
 */
@EnabledIfSystemProperty(named = "dide.cluster", matches = "true")
@EnabledOnOs(OS.LINUX)
class ClusterTest {
  private static final int COUNT = 240;
  private static final int TASKS_BEFORE = 3; // that are done when the worker is killed

  @TempDir Path folder;

  @Test
  void nothingIsLostWithAWorker() throws Exception {
    Path model =
        TinyModel.save(
            folder.resolve("model"),
            TaskName.VQA,
            new Architecture(384, 6, 6, 4, 32, 224, 8, 8, 2, 0, 0),
            1);
    Path pictures = folder.resolve("pictures");
    for (int i = 0; i < COUNT; i++) {
      TinyModel.picture(pictures.resolve("%d/%03d.png".formatted(i % 7, i)), i);
    }
    Files.writeString(pictures.resolve("damaged.png"), "no picture");
    Path out = folder.resolve("out");
    try (Cluster cluster = Cluster.start(folder.resolve("cluster"))) {
      Process driver =
          cluster.submit(
              List.of(
                  "encode",
                  "--folder",
                  pictures.toString(),
                  "--model",
                  model.toString(),
                  "--out",
                  out.toString()));
      while (committed(out) < TASKS_BEFORE) {
        assertThat(driver.isAlive()).as(cluster.said()).isTrue();
        Thread.sleep(50);
      }
      cluster.killWorkerWithExecutor();
      long done = committed(out);
      assertThat(out.resolve(VectorsDescription.NAME)).doesNotExist();
      assertThat(driver.waitFor()).as(cluster.said()).isZero();
      assertThat(cluster.said()).contains("240 pictures in");
      assertThat(cluster.lostTasks()).as(cluster.said()).isNotEmpty();
      System.out.printf(
          "killed a worker and its executor after %d tasks were done; %d lost on the way%n",
          done, cluster.lostTasks().size());
    }
    Map<String, Outcome> expected = OneProcess.encode(model, List.of(pictures.toString()));
    assertThat(expected).hasSize(COUNT + 1);
    try (SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()) {
      OneProcess.assertSame(session, out, expected);
    }
    System.out.printf(
        "%d pictures and 1 unreadable one, each once, every value equal to the bit%n", COUNT);
  }

  /** Tasks whose results are in place; the folder is Hadoop's file committer's. */
  private static long committed(Path out) throws IOException {
    Path attempt = out.resolve("_encoding/_temporary/0");
    if (!Files.isDirectory(attempt)) {
      return 0;
    }
    try (Stream<Path> tasks = Files.list(attempt)) {
      return tasks.filter(task -> task.getFileName().toString().startsWith("task_")).count();
    }
  }
}

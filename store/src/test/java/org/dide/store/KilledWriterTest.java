package org.dide.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledWriterTest {
  private static final int KILLS = 3;
  private static final int ROWS = 20; // of a commit

  @TempDir Path folder;

  /** Writes for ever: each commit replaces some rows of the one before and adds others. */
  public static final class Writer {
    public static void main(String[] arguments) {
      PrintStream out = System.out;
      try (StoreWriter writer = StoreWriter.open(Path.of(arguments[0]))) {
        for (int commit = Integer.parseInt(arguments[1]); ; commit++) {
          writer.write(rows(commit));
          if (commit % 7 == 6) {
            writer.compact();
          }
          if (commit % 3 == 2) {
            writer.index(
                new IndexSettings(0.98, Optional.of(4), Optional.of(4)),
                Optional.empty(),
                step -> {});
          }
          out.println(commit);
          out.flush();
        }
      }
    }
  }

  static List<StoredRow> rows(int commit) {
    return IntStream.range(commit * ROWS / 2, commit * ROWS / 2 + ROWS)
        .mapToObj(i -> Rows.unit(Rows.picture("p%06d".formatted(i), commit)))
        .toList();
  }

  @Test
  void losesNothingAndHasNothingTwice() throws Exception {
    StoreWriter.create(folder.resolve("s"), Rows.description()).close();
    int next = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int told = runAndKill(next);
      int found = assertWhole();
      assertThat(found).isBetween(told, told + 1);
      next = found + 1;
    }
    assertThat(next).isGreaterThan(KILLS);
  }

  /** The last commit that a writer told of before it was killed. */
  private int runAndKill(int next) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.resolve("s").toString(),
                Integer.toString(next))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int last = next - 1;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.matches("[0-9]+")) {
          last = Integer.parseInt(line);
        }
        if (last == next + 2) {
          Thread.sleep(ThreadLocalRandom.current().nextInt(100)); // wherever the writer is then
          process.toHandle().destroyForcibly(); // leaves the stream open
        }
      }
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return last;
  }

  /** Compares the store with what a commit has to leave; says which one that is. */
  private int assertWhole() {
    Map<String, StoredRow> wanted = new HashMap<>();
    try (VectorStore store = VectorStore.open(folder.resolve("s"));
        Gallery gallery = store.gallery(Optional.empty())) {
      int commit = gallery.size() * 2 / ROWS - 2;
      IntStream.rangeClosed(0, commit)
          .forEach(past -> rows(past).forEach(row -> wanted.put(row.id(), row)));
      assertThat(gallery.items().stream().map(StoredItem::id))
          .containsExactlyElementsOf(wanted.keySet().stream().sorted().toList());
      store.forEach(
          Optional.empty(),
          row ->
              assertThat(row)
                  .usingRecursiveComparison()
                  .isEqualTo(Optional.ofNullable(wanted.remove(row.id())).orElseThrow()));
      assertThat(wanted).isEmpty();
      if (store.index().isPresent()) {
        try (Gallery found =
            store.nearest(gallery.shares(0).get(0), gallery.size(), Optional.empty())) {
          assertThat(found.items()).containsExactlyInAnyOrderElementsOf(gallery.items());
        }
      } else {
        assertThat(commit).isLessThan(3); // every third makes one
      }
      return commit;
    }
  }
}

package org.dide.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.dide.InputException;

class HubResumeTest {
  private static final String FILE = "model.safetensors";

  /** Cuts, and downloads that end at some of them and are started again. */
  @Property(tries = 15)
  void afterAnyCutsTheFileIsTheSame(
      @ForAll @Size(max = 8) List<@IntRange(max = 5001) Integer> cuts,
      @ForAll @IntRange(min = 1, max = 4) int attempts)
      throws Exception {
    Path home = Files.createTempDirectory("hub-resume");
    try (LocalHub hub = LocalHub.withModel()) {
      cuts.forEach(after -> hub.fail(FILE, LocalHub.cut(after)));
      Path folder = fetched(home, hub, attempts, cuts.size() + 1);
      assertThat(folder.resolve(FILE)).hasBinaryContent(hub.content(FILE));
      assertThat(folder.resolve("../../blobs"))
          .isDirectoryNotContaining(blob -> blob.toString().endsWith("incomplete"));
      // No byte is asked for twice.
      assertThat(starts(hub)).isSorted();
    } finally {
      delete(home);
    }
  }

  private static Path fetched(Path home, LocalHub hub, int attempts, int calls)
      throws InterruptedException {
    HubLimits limits =
        new HubLimits(100_000, 20, 10_000, Duration.ofSeconds(5), attempts, Duration.ofMillis(1));
    HubDownload download = new HubDownload(new HubCache(home), hub.server(), limits);
    for (int call = 1; ; call++) {
      try {
        return download.fetch(LocalHub.NAME, HubListener.NONE);
      } catch (InputException gaveUp) {
        assertThat(gaveUp).hasMessageContaining("gave up after " + attempts);
        assertThat(call).isLessThan(calls);
      }
    }
  }

  private static List<Integer> starts(LocalHub hub) {
    return hub.requests.stream()
        .filter(request -> request.ofStore() && request.headers().containsKey("Range"))
        .map(request -> Integer.valueOf(request.headers().get("Range").replaceAll("\\D", "")))
        .distinct() // a cut before the first byte of a part brings none
        .toList();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

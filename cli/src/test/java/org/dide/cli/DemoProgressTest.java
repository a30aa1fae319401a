package org.dide.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.dide.demo.DemoListener.Progress;
import org.junit.jupiter.api.Test;

class DemoProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private long seconds;

  @Test
  void tellsEachPartAndThenNowAndThen() {
    DemoProgress progress = DemoProgress.on(out, false, () -> seconds * 1_000_000_000);
    progress.progress(now(1, 0));
    seconds = 14;
    progress.progress(now(1, 0.3));
    seconds = 15;
    progress.progress(now(1, 0.5));
    progress.message("a result");
    progress.progress(now(2, 0));
    progress.close();
    assertThat(bytes.toString(UTF_8))
        .isEqualToNormalizingNewlines(
            """
            [1/3] training, 0 %, about 2:05 left in all
            [1/3] training, 50 %, about 2:05 left in all
            a result
            [2/3] training, 0 %, about 2:05 left in all
            """);
  }

  @Test
  void keepsOneLineOnATerminal() {
    try (DemoProgress progress = DemoProgress.on(out, true, () -> seconds * 1_000_000_000)) {
      progress.progress(now(1, 0));
      progress.progress(now(1, 0.01)); // too soon to be seen
      seconds = 1;
      progress.progress(now(1, 0.25));
    }
    String clear = "\r\u001b[K";
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            clear
                + "[1/3] training, 0 %, about 2:05 left in all"
                + clear
                + "[1/3] training, 25 %, about 2:05 left in all"
                + clear);
  }

  private static Progress now(int part, double done) {
    return new Progress(part, 3, "training", done, Duration.ofSeconds(125));
  }
}

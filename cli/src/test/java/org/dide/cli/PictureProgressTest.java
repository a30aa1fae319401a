package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PictureProgressTest {
  @Test
  void printsALineInTenSecondsAndTheLastPictures() {
    StringWriter printed = new StringWriter();
    AtomicLong time = new AtomicLong();
    try (PictureProgress progress =
        new PictureProgress.Lines(new PrintWriter(printed), 1250, time::get)) {
      for (int pictures = 1; pictures <= 1250; pictures++) {
        time.addAndGet(Duration.ofMillis(20).toNanos());
        progress.done(pictures);
      }
    }
    assertThat(printed.toString().lines())
        .containsExactly(
            "500 of 1,250 pictures, 50.0 a second",
            "1,000 of 1,250 pictures, 50.0 a second",
            "1,250 of 1,250 pictures, 50.0 a second");
  }
}

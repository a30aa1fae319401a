package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** A training on generated scenes that is over in seconds. */
final class TinyRun {
  private TinyRun() {}

  /** Trains in a new run folder; pictures of any size can be asked about. */
  static void train(Path run) {
    CommandRun done =
        CommandRun.of(
            "train",
            "scenes-teacher",
            "--threads=1",
            "--run=" + run,
            "--set=model.overrides={width: 32, heads: 2, depth: 2, image-size: 48}",
            "--set=pictures.shorter-side=48",
            "--set=data.scenes={training-size: 64, dev-size: 40, test-size: 40}",
            "--set=steps=40",
            "--set=optimizer.rate=3e-3",
            "--set=schedule.warmup=2",
            "--set=batch={size: 16, micro: 16}",
            "--set=evaluation={every-steps: 20, checkpoint-steps: 20}");
    assertThat(done.code()).as(done.err()).isZero();
  }
}

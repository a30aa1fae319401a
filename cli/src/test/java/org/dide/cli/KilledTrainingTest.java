package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dide.random.Draws;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Trains in processes that are killed at random moments, resumes, and compares with a training that
 * was left alone. The system property {@code dide.kills} sets how many kills (3).
 */
@DisabledOnOs(OS.WINDOWS)
final class KilledTrainingTest {
  private static final int HEAP = 96; // megabytes
  private static final int STEPS = 240;
  private static final int LONGEST_LIFE = 1500; // milliseconds after the first step

  /** So many checkpoints that kills fall into their writing. */
  private static final List<String> TINY =
      List.of(
          "model.overrides={width: 32, heads: 2, depth: 2, image-size: 48, max-text-length: 20,"
              + " dropout: 0.1}",
          "data.scenes.training-size=64",
          "data.scenes.dev-size=16",
          "data.scenes.test-size=16",
          "steps=" + STEPS,
          "schedule.warmup=2",
          "batch={size: 16, micro: 8}",
          "pictures.shift=3",
          "evaluation={every-steps: 15, checkpoint-steps: 6}");

  @TempDir private static Path folder;

  /** What is trained. */
  private enum Kind {
    /** A teacher of questions about scenes that are drawn. */
    QUESTIONS,
    /** A teacher that is pre-trained on captions, from tars that the library wrote. */
    SHARDS;

    Path whole() {
      return folder.resolve("whole-" + this);
    }

    List<String> begin(Path run) {
      List<String> settings = new ArrayList<>(TINY);
      String recipe = this == QUESTIONS ? "scenes-teacher" : "scenes-pretrain-teacher";
      if (this == SHARDS) {
        settings.addAll(
            List.of(
                "model.overrides.max-text-length=40",
                "data={format: webdataset, path: '%s', shuffle-buffer: 20}"
                    .formatted(folder.resolve("shards")),
                "pretraining.alignment=1"));
      }
      List<String> arguments =
          new ArrayList<>(List.of("train", recipe, "--threads", "1", "--run", run.toString()));
      settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
      return arguments;
    }
  }

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    String scenes = folder.resolve("scenes").toString();
    run("data", "scenes", "--captions", "--count=30", "--split=train,dev,test", "--out=" + scenes);
    run(
        "data",
        "shards",
        "--format=jsonl",
        scenes + "/captions.jsonl",
        "--examples=8",
        "--out=" + folder.resolve("shards"));
    for (Kind kind : Kind.values()) {
      try (Child child = Child.start(HEAP, Main.class.getName(), kind.begin(kind.whole()))) {
        assertThat(child.end()).as(child.said()).isZero();
      }
    }
  }

  private static void run(String... arguments) {
    CommandRun made = CommandRun.of(arguments);
    assertThat(made.code()).as(made.err()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void endsTheSameHoweverOftenItIsKilled(Kind kind) throws Exception {
    Path run = folder.resolve("killed-" + kind);
    int kills = Integer.getInteger("dide.kills", 3);
    Draws draws = Draws.of(System.nanoTime(), "moments");
    List<Integer> lives = new ArrayList<>();
    while (lives.size() < kills) {
      lives.add(draws.nextInt(LONGEST_LIFE));
      try (Child child = Child.start(HEAP, Main.class.getName(), beginOrResume(kind, run))) {
        if (child.waitFor("step")) {
          Thread.sleep(lives.get(lives.size() - 1));
        }
        child.signal("KILL");
        child.end();
        assertThat(child.said()).doesNotContain("SIGSEGV");
      }
    }
    try (Child child = Child.start(HEAP, Main.class.getName(), beginOrResume(kind, run))) {
      assertThat(child.end()).as("after %s: %s", lives, child.said()).isZero();
    }
    assertSame(kind, run);
  }

  @Test
  void stopsWhenInterruptedAndGoesOn() throws Exception {
    assumeFalse(ignoresInterrupts(), "skipped: started where SIGINT is ignored");
    stopAndGoOn("INT", BaseCommand.INTERRUPTED);
  }

  @Test
  void stopsWhenTerminatedAndGoesOn() throws Exception {
    stopAndGoOn("TERM", 128 + 15);
  }

  private static void stopAndGoOn(String signal, int code) throws Exception {
    Path run = folder.resolve(signal);
    try (Child child = Child.start(HEAP, Main.class.getName(), Kind.QUESTIONS.begin(run))) {
      assertThat(child.waitFor("step")).as(child.said()).isTrue();
      child.signal(signal);
      assertThat(child.end()).as(child.said()).isEqualTo(code);
      assertThat(child.said()).contains("to go on: dide train --resume " + run);
    }
    try (Child child = Child.start(HEAP, Main.class.getName(), resume(run))) {
      assertThat(child.end()).as(child.said()).isZero();
    }
    assertSame(Kind.QUESTIONS, run);
  }

  private static void assertSame(Kind kind, Path run) throws IOException {
    for (String file :
        List.of(
            "metrics.jsonl",
            "checkpoints/step-%08d/model.safetensors".formatted(STEPS),
            "checkpoints/step-%08d/optimizer.safetensors".formatted(STEPS),
            "best/model.safetensors")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(kind.whole().resolve(file));
    }
  }

  private static List<String> beginOrResume(Kind kind, Path run) {
    return Files.exists(run.resolve("recipe.yaml")) ? resume(run) : kind.begin(run);
  }

  private static List<String> resume(Path run) {
    return List.of("train", "--threads", "1", "--resume", run.toString());
  }

  /** Shells that start something in the background let it ignore SIGINT, and Java heeds that. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElse("SigIgn: 0");
    return (Long.parseUnsignedLong(ignored.split("\\s+")[1], 16) & 0b10) != 0;
  }
}

package org.dide.spark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.dide.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What both commands have: a model, a place to write to, and a Spark application to run in. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class SparkCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = {
        "The folder of a dual encoder. Only the driver need see it: it is sent to every executor."
      })
  private Path model = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "PLACE",
      required = true,
      description = "A folder to write, not there yet, where all workers can write.")
  private String out = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public final Integer call() throws IOException {
    SparkConf settings = new SparkConf();
    if (!settings.contains("spark.master")) {
      throw new InputException(
          "Spark: no master is named; start this by spark-submit --master MASTER");
    }
    // Before the engine loads: docs/architecture.md, "The engine's settings".
    settings.setIfMissing("spark.executorEnv.GOMP_SPINCOUNT", "0");
    settings.setIfMissing(
        "spark.executor.extraJavaOptions",
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dorg.bytedeco.javacpp.maxBytes=0");
    // Otherwise executors get only what was sent before the session began, not the model.
    settings.set("spark.sql.artifact.isolation.enabled", "false");
    settings.setIfMissing("spark.app.name", "dide " + spec.name());
    try (SparkSession session = SparkSession.builder().config(settings).getOrCreate()) {
      return run(session);
    }
  }

  /** Does the work and says what came of it; returns the exit code. */
  abstract int run(SparkSession session);

  /** Holds the number of an option to what makes sense; else it is wrong usage. */
  final int atLeastOne(String option, int found) {
    if (found < 1) {
      throw new ParameterException(
          spec.commandLine(), "%s: found %d, allowed are 1 or more".formatted(option, found));
    }
    return found;
  }

  /** The model's folder. */
  final Path model() {
    return model;
  }

  /** Where to write. */
  final String place() {
    return out;
  }

  /** Where results go. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }
}

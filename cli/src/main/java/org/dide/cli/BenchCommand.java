package org.dide.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dide.AtomicFile;
import org.dide.InputException;
import org.dide.hub.JsonText;
import org.dide.measure.Entrants;
import org.dide.measure.Figure;
import org.dide.measure.Scan;
import org.dide.measure.Shape;
import org.dide.measure.SpeedReport;
import org.dide.measure.SpeedSettings;
import org.dide.measure.Speedometer;
import org.dide.model.AttentiveSizes;
import org.dide.report.RatioChart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dide bench}: how fast teacher and student are on this machine. */
@Command(
    name = "bench",
    description = {
      "Measure how fast a teacher (fusion encoder) and a student (dual encoder) answer on this"
          + " machine: the same questions by turns, with nothing, pictures or both stored, the"
          + " latter through weights in fp16 too; and one question about a whole collection of stored"
          + " pictures.",
      "",
      "Models are of drawn weights, as speed does not depend on what they know, or those of"
          + " --teacher and --student. Questions one at a time go the way of dide ask, from a"
          + " decoded picture to the best answer; those in a batch go from pixels to the scores of"
          + " all answers. Both have one thread, as dide ask gives each request. A collection is"
          + " asked as by dide ask --store, on as many threads as --threads says.",
      "",
      "Prints milliseconds a question (the median of all runs, and what 99 of 100 do not exceed),"
          + " questions a second, how many times faster than the teacher (the median of all"
          + " rounds' ratios), and the share of the rate at which the machine multiplied matrices"
          + " in the same rounds. Writes nothing but the files of --out. The shape base takes"
          + " minutes and 4 GB of memory, and what a collection of attentive joins' vectors takes:"
          + " for 10,000 pictures 0.6 GB with --vectors 16, 4.5 GB with 0.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide bench",
      "  dide bench --shape demo --rounds 20 --out speed",
      "  dide bench --vectors 16 --pictures 1000",
      "  dide bench --teacher models/scenes-teacher --student models/scenes-student",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
    })
final class BenchCommand extends BaseCommand {
  private static final int LEAST_BATCH = 2;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description =
          "Sizes of the drawn models: base (ViT-B/32, pictures of 640 x 384, 3,129 answers) or demo"
              + " (those of the models that come with dide). Default: ${DEFAULT-VALUE}.",
      defaultValue = "base")
  private Shape shape = Shape.BASE;

  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      description = "Folder of an own teacher, with --student.")
  private Optional<Path> teacher = Optional.empty();

  @Option(
      names = "--student",
      paramLabel = "DIR",
      description = "Folder of an own student, of the same answers as the teacher.")
  private Optional<Path> student = Optional.empty();

  @Option(
      names = "--vectors",
      paramLabel = "N",
      description =
          "Give the drawn student a join that attends to N vectors of each picture, 0 for all its"
              + " states, in place of the paper's. All states are stored only of pictures of a model's"
              + " own size, so that base is asked about 384 x 384 then.")
  private Optional<Integer> vectors = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Questions at once, beside one at a time. Default: ${DEFAULT-VALUE}.",
      defaultValue = "32")
  private int batch;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      description =
          "Stored pictures of the collection, of drawn vectors; 0 leaves it out. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "10000")
  private int pictures;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Rounds of everything, after one that warms up. The more else the machine does, the more"
              + " are needed. Default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int rounds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all that is drawn. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where to write bench.json, the whole result, and bench.svg, a chart of how many times"
              + " faster the student is.")
  private Optional<Path> out = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    requireSense();
    SpeedSettings settings = new SpeedSettings(batch, pictures, rounds, seed, requests());
    // Outermost, so that a process that is to end waits until the models are closed.
    try (Interruption interruption = Interruption.listen()) {
      out.ifPresent(BenchCommand::create);
      Optional<SpeedReport> measured =
          new Speedometer(
                  entrants(),
                  settings,
                  new BenchProgress(err(), System::nanoTime),
                  interruption.requested())
              .run();
      if (measured.isEmpty()) {
        err().println("interrupted; nothing was written");
        err().flush();
        return INTERRUPTED;
      }
      out.ifPresent(folder -> write(folder, measured.get()));
      print(measured.get());
      return DONE;
    }
  }

  private void requireSense() {
    requireAtLeast(LEAST_BATCH, "--batch", batch);
    requireAtLeast(0, "--pictures", pictures);
    requireAtLeast(1, "--rounds", rounds);
    requireAtLeast(0, "--vectors", vectors.orElse(0));
    if (vectors.isPresent() && student.isPresent()) {
      throw usage("--vectors is of a drawn student, an own one has its join");
    }
    if (isGiven("--shape") && student.isPresent()) {
      throw usage("--shape is of drawn models, own ones have their sizes");
    }
    if (teacher.isPresent() != student.isPresent()) {
      throw usage("--teacher and --student: found one of them, allowed are both or none");
    }
  }

  private Entrants entrants() {
    return teacher.isPresent()
        ? Entrants.Stored.of(teacher.get(), student.orElseThrow())
        : new Entrants.Drawn(shape, seed, vectors.map(count -> new AttentiveSizes(1, count)));
  }

  /** Before anything is measured, as it takes long. */
  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new InputException("%s: cannot be made a folder (%s)".formatted(folder, e), e);
    }
  }

  private static void write(Path folder, SpeedReport report) {
    AtomicFile.write(folder.resolve("bench.json"), JsonText.indented(report).getBytes(UTF_8));
    chart(report).write(folder.resolve("bench.svg"));
  }

  private static RatioChart chart(SpeedReport report) {
    Map<String, List<RatioChart.Bar>> groups = new LinkedHashMap<>();
    for (Figure figure : report.figures()) {
      if (!figure.way().equals("teacher")) {
        groups
            .computeIfAbsent(group(figure), name -> new ArrayList<>())
            .add(new RatioChart.Bar(figure.way(), figure.timesFaster()));
      }
    }
    return new RatioChart(
        "How many times faster than the teacher (%s)".formatted(report.entrants()),
        "questions a second, those of the teacher being 1; logarithmic",
        groups.entrySet().stream()
            .map(group -> new RatioChart.Group(group.getKey(), group.getValue()))
            .toList());
  }

  private static String group(Figure figure) {
    return "%s, %s".formatted(figure.task(), at(figure));
  }

  private static String at(Figure figure) {
    return figure.batch() == 1 ? "one at a time" : figure.batch() + " at once";
  }

  private void print(SpeedReport report) {
    if (json()) {
      printJson(report);
      return;
    }
    figures(report).print(out());
    if (!report.scans().isEmpty()) {
      out().println();
      scans(report).print(out());
    }
    out().println();
    new Facts()
        .addFormatted(
            "matrices", "%.0f GFLOP/s on one thread meanwhile, float32", report.gigaflops())
        .addFormatted(
            "machine",
            "%s, collections on %d threads, load %.1f",
            report.machine().processor(),
            report.settings().threads(),
            report.machine().load())
        .addFormatted(
            "models",
            "%s: texts of %d tokens, pictures of %d patches",
            report.entrants(),
            report.tokens(),
            report.patches())
        .print(out());
    out().flush();
  }

  private static TextTable figures(SpeedReport report) {
    return new TextTable(
        List.of("questions", "way", "ms each", "p99", "a second", "times faster", "of rate"),
        report.figures().stream()
            .map(
                figure ->
                    List.of(
                        group(figure),
                        figure.way(),
                        shown(figure.p50()),
                        shown(figure.p99()),
                        shown(figure.perSecond()),
                        shown(figure.timesFaster()),
                        percent(figure.shareOfRate())))
            .toList());
  }

  private static TextTable scans(SpeedReport report) {
    return new TextTable(
        List.of("collection", "answers", "pictures", "seconds", "slowest", "a second", "of rate"),
        report.scans().stream().map(BenchCommand::row).toList());
  }

  private static List<String> row(Scan scan) {
    return List.of(
        scan.task().toString(),
        String.format(Locale.ROOT, "%,d", scan.answers()),
        String.format(Locale.ROOT, "%,d", scan.pictures()),
        shown(scan.seconds()),
        shown(scan.slowest()),
        shown(scan.perSecond()),
        percent(scan.shareOfRate()));
  }

  /** To three digits or more. */
  private static String shown(double value) {
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}

package org.dide.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.dide.image.ImageDecoder;
import org.dide.tensor.EngineReport;
import org.dide.tensor.EngineReport.Advice;
import org.dide.tensor.EngineSettings;
import org.dide.tensor.Machine;
import org.dide.tensor.Spinning;
import picocli.CommandLine.Command;

/** {@code dide doctor}: what this machine can do, and what is wrong with it. */
@Command(
    name = "doctor",
    description = {
      "Tell what this machine can do, and what is wrong with it and how to right it.",
      "",
      "Looks at engine, processor, threads, memory, GPU and load, and measures how fast matrices"
          + " are multiplied. Writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide doctor",
      "  dide doctor --threads 1 --json",
      "",
      "Exit code: 0 if dide can be used here, well or not so well; 1 if it cannot; 2 wrong usage."
    })
final class DoctorCommand extends BaseCommand {
  private static final double GIB = 1L << 30;

  @Override
  public Integer call() {
    try {
      configureEngine();
      report(EngineReport.measure(), ImageDecoder.library());
      return DONE;
    } catch (LinkageError broken) {
      reportUnusable(broken);
      return FAILED;
    }
  }

  private void report(EngineReport report, String pictures) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("usable", true);
      result.put("pictures", pictures);
      result.put("report", report);
      printJson(result);
      return;
    }
    facts(report, pictures).print(out());
    printAdvice(report.advice());
    out().flush();
  }

  private static Facts facts(EngineReport report, String pictures) {
    Machine machine = report.machine();
    EngineSettings settings = report.settings();
    return new Facts()
        .addFormatted("engine", "libtorch %s, %s", report.version(), report.cpuCapability())
        .add("pictures", pictures)
        .addFormatted(
            "threads",
            "%d in an operation, %d in OpenBLAS, %d for operations side by side",
            settings.threads(),
            settings.blasThreads(),
            settings.operatorThreads())
        .add("settings", settings(settings))
        .addFormatted(
            "processor",
            "%s, %d to use%s",
            machine.processor(),
            machine.processors(),
            machine.bf16() ? ", bfloat16" : "")
        .addFormatted("load", machine.load() < 0 ? "unknown" : "%.1f", machine.load())
        .addFormatted(
            "memory",
            "%.1f GiB, %.1f GiB of it free; this process has %.1f GiB, its Java heap may have %.1f GiB",
            machine.memory() / GIB,
            machine.memoryFree() / GIB,
            machine.resident() / GIB,
            machine.heapLimit() / GIB)
        .add("gpu", gpu(report))
        .add("matrices", rates(report.rates()))
        .add("java", machine.jvm())
        .add("system", machine.system());
  }

  private static String settings(EngineSettings settings) {
    boolean fast = settings.spinning() != Spinning.ON && settings.nativeMemoryLimit() == 0;
    String waiting = settings.spinning() == Spinning.ON ? "spin" : "sleep";
    String memory =
        settings.nativeMemoryLimit() == 0
            ? "not limited"
            : "limited to %d MiB".formatted(settings.nativeMemoryLimit() >> 20);
    return "%s: waiting threads %s, native memory is %s"
        .formatted(fast ? "as they should be" : "not as they should be", waiting, memory);
  }

  private static String gpu(EngineReport report) {
    List<String> models = report.machine().gpus();
    return report.gpus() == 0 && models.isEmpty()
        ? "none"
        : "%s; the engine can use %d"
            .formatted(models.isEmpty() ? "unknown" : String.join(", ", models), report.gpus());
  }

  private static String rates(List<EngineReport.Rate> rates) {
    return rates.stream()
        .map(
            rate ->
                String.format(
                    Locale.ROOT, "%.0f GFLOP/s in %s", rate.gigaflops(), rate.precision()))
        .collect(Collectors.joining(", "));
  }

  private void printAdvice(List<Advice> advice) {
    out().println();
    if (advice.isEmpty()) {
      out().println("Nothing is wrong.");
    }
    for (Advice one : advice) {
      out().printf("found: %s%n   do: %s%n", one.finding(), one.remedy());
    }
  }

  /** Without its libraries there is nothing to measure. */
  private void reportUnusable(LinkageError broken) {
    Advice advice =
        new Advice(
            "a native library cannot be loaded (%s)".formatted(rootCause(broken)),
            "it is unpacked to ~/.javacpp/cache: give it room there, or another folder with"
                + " DIDE_OPTS=-Dorg.bytedeco.javacpp.cachedir=DIR; where this is another system or"
                + " processor, build dide there");
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("usable", false);
      result.put("advice", List.of(advice));
      printJson(result);
    } else {
      printAdvice(List.of(advice));
      out().flush();
    }
  }

  private static Throwable rootCause(Throwable problem) {
    Throwable cause = problem;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}

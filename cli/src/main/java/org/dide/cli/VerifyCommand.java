package org.dide.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.dide.verify.CaseResult;
import org.dide.verify.Quantity;
import org.dide.verify.VerificationReport;
import org.dide.verify.Verifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide verify}: golden cases, as a table. */
@Command(
    name = "verify",
    description = "Run golden cases: compare what dide computes with what the reference computed.",
    footer = {
      "",
      "Examples:",
      "  dide verify ../shared/golden",
      "  dide verify --all ../shared/golden/vqa/distilled",
      "",
      "Each line tells the quantity that takes up most of its bound. Exit code: 0 if no case",
      "failed, 1 if any did, 2 on wrong usage."
    })
final class VerifyCommand extends BaseCommand {
  private static final String LINE = "%-8s %-44s %10s %10s  %s%n";

  @Parameters(
      paramLabel = "DIR",
      description = "A folder; every case.json below it is a case, at any depth.")
  private Path directory = Path.of("");

  @Option(names = "--all", description = "Print every quantity, not only those that failed.")
  private boolean all;

  @Override
  public Integer call() {
    configureEngine();
    PrintWriter out = out();
    if (!json()) {
      out.printf(LINE, "", "case", "error", "bound", "largest error, against its bound");
    }
    VerificationReport report =
        Verifier.standard()
            .verify(
                directory,
                result -> {
                  if (!json()) {
                    print(out, result);
                    out.flush();
                  }
                });
    if (json()) {
      print(report);
    } else {
      out.println(report.summary());
      out.flush();
    }
    return report.passed() ? DONE : FAILED;
  }

  private void print(PrintWriter out, CaseResult result) {
    String worst = result.worst().map(Quantity::name).orElse("");
    out.printf(
        LINE,
        result.status(),
        result.path(),
        result.worst().map(quantity -> number(quantity.error())).orElse("-"),
        result.worst().map(quantity -> number(quantity.bound())).orElse("-"),
        result.note().isEmpty() ? worst : result.note());
    for (Quantity quantity : all ? result.quantities() : result.failures()) {
      out.printf(
          LINE,
          quantity.passed() ? "" : "  off",
          "",
          number(quantity.error()),
          number(quantity.bound()),
          quantity.name());
    }
  }

  private static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.2g", value);
  }

  private void print(VerificationReport report) {
    Map<String, Object> result = new LinkedHashMap<>();
    for (CaseResult.Status status : CaseResult.Status.values()) {
      result.put(status.name().toLowerCase(Locale.ROOT), report.count(status));
    }
    result.put("cases", report.cases().stream().map(VerifyCommand::entry).toList());
    printJson(result);
  }

  private static Map<String, Object> entry(CaseResult result) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("path", result.path());
    entry.put("status", result.status().name().toLowerCase(Locale.ROOT));
    entry.put("note", result.note());
    entry.put("quantities", result.quantities());
    return entry;
  }
}

package org.dide.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
    out.println(json() ? json(report) : report.summary());
    out.flush();
    return report.passed() ? 0 : 1;
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

  private static String json(VerificationReport report) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    for (CaseResult.Status status : CaseResult.Status.values()) {
      root.put(status.name().toLowerCase(Locale.ROOT), report.count(status));
    }
    ArrayNode cases = root.putArray("cases");
    for (CaseResult result : report.cases()) {
      ObjectNode entry = cases.addObject();
      entry.put("path", result.path());
      entry.put("status", result.status().name().toLowerCase(Locale.ROOT));
      entry.put("note", result.note());
      addQuantities(entry.putArray("quantities"), result.quantities());
    }
    try {
      return mapper.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An infinite error, which JSON cannot say, is null. */
  private static void addQuantities(ArrayNode array, List<Quantity> quantities) {
    for (Quantity quantity : quantities) {
      ObjectNode entry = array.addObject();
      entry.put("name", quantity.name());
      if (Double.isFinite(quantity.error())) {
        entry.put("error", quantity.error());
      } else {
        entry.putNull("error");
      }
      entry.put("bound", quantity.bound());
      entry.put("passed", quantity.passed());
    }
  }
}

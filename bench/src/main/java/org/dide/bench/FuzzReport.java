package org.dide.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of fuzzed files. */
public final class FuzzReport {
  private static final int FAILURES_SHOWN = 20;

  private final Map<String, Tally> tallies = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  private static final class Tally {
    private long read;
    private long refused;
    private long failed;
    private double longest;
    private long largest;
    private long largestFile;
    private long largestNative;
  }

  FuzzReport() {}

  void add(String format, FuzzFiles.Outcome outcome) {
    Tally tally = tallies.computeIfAbsent(format, name -> new Tally());
    if (!outcome.problem().isEmpty()) {
      tally.failed++;
      failures.add(format + ": " + outcome.problem());
    } else if (outcome.read()) {
      tally.read++;
    } else {
      tally.refused++;
    }
    tally.longest = Math.max(tally.longest, outcome.seconds());
    tally.largestNative = Math.max(tally.largestNative, outcome.nativeBytes());
    if (outcome.allocated() > tally.largest) {
      tally.largest = outcome.allocated();
      tally.largestFile = outcome.size();
    }
  }

  /** What went wrong, a line for each file. */
  public List<String> failures() {
    return Collections.unmodifiableList(failures);
  }

  /** How many files of a format were read to the end. */
  public long read(String format) {
    return tallies.containsKey(format) ? tallies.get(format).read : 0;
  }

  /** How many files there were. */
  public long files() {
    return tallies.values().stream().mapToLong(t -> t.read + t.refused + t.failed).sum();
  }

  /** A table, a line for each format, and the first failures. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            "format | files | read | refused | failed | longest, ms of CPU | most bytes on the heap"
                + " to open (of a file of) | most native bytes\n");
    tallies.forEach(
        (name, tally) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%s | %d | %d | %d | %d | %.1f | %d (%d) | %d%n",
                    name,
                    tally.read + tally.refused + tally.failed,
                    tally.read,
                    tally.refused,
                    tally.failed,
                    1000 * tally.longest,
                    tally.largest,
                    tally.largestFile,
                    tally.largestNative)));
    failures.stream().limit(FAILURES_SHOWN).forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}

package org.dide.verify;

import java.util.List;
import org.dide.verify.CaseResult.Status;

/**
 * How all cases went.
 *
 * @param cases in the order they were run
 */
public record VerificationReport(List<CaseResult> cases) {
  /** Keeps an unmodifiable copy of the list. */
  public VerificationReport {
    cases = List.copyOf(cases);
  }

  /** How many cases ended so. */
  public long count(Status status) {
    return cases.stream().filter(result -> result.status() == status).count();
  }

  /** Whether no case failed. */
  public boolean passed() {
    return count(Status.FAILED) == 0;
  }

  /** The report in one line: {@code 12 passed, 0 failed, 3 not yet}. */
  public String summary() {
    return "%d passed, %d failed, %d not yet"
        .formatted(count(Status.PASSED), count(Status.FAILED), count(Status.NOT_YET));
  }
}

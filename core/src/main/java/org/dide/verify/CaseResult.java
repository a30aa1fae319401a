package org.dide.verify;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How one golden case went.
 *
 * @param path of the case, below the directory that was verified
 * @param status the outcome
 * @param quantities all that was compared
 * @param note why it failed without a comparison, or what is not handled yet; may be empty
 */
public record CaseResult(String path, Status status, List<Quantity> quantities, String note) {
  /** The outcomes. */
  public enum Status {
    /** Everything the case expects was compared and lies within its bounds. */
    PASSED,
    /** Something lies outside its bound, is missing, or could not be computed. */
    FAILED,
    /** Nothing here handles this kind of case, or a part of it. */
    NOT_YET;

    @Override
    public String toString() {
      return switch (this) {
        case PASSED -> "passed";
        case FAILED -> "FAILED";
        case NOT_YET -> "not yet";
      };
    }
  }

  /** Keeps an unmodifiable copy of the list. */
  public CaseResult {
    quantities = List.copyOf(quantities);
  }

  /**
   * What a comparison came to.
   *
   * @param notYet parts of the case that were not compared
   */
  static CaseResult compared(String path, List<Quantity> quantities, List<String> notYet) {
    if (quantities.isEmpty() && notYet.isEmpty()) {
      return failed(path, quantities, "nothing was compared");
    }
    if (!quantities.stream().allMatch(Quantity::passed)) {
      return failed(path, quantities, "");
    }
    return notYet.isEmpty()
        ? new CaseResult(path, Status.PASSED, quantities, "")
        : new CaseResult(path, Status.NOT_YET, quantities, String.join(", ", notYet));
  }

  static CaseResult failed(String path, List<Quantity> quantities, String why) {
    return new CaseResult(path, Status.FAILED, quantities, why);
  }

  static CaseResult notYet(String path, String what) {
    return new CaseResult(path, Status.NOT_YET, List.of(), what);
  }

  /** The quantity that takes up most of its bound. */
  public Optional<Quantity> worst() {
    return quantities.stream().max(Comparator.comparingDouble(Quantity::share));
  }

  /** The quantities outside their bounds. */
  public List<Quantity> failures() {
    return quantities.stream().filter(quantity -> !quantity.passed()).toList();
  }
}

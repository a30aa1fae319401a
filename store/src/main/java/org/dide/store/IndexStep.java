package org.dide.store;

/** How far the making of an index has come. */
public sealed interface IndexStep {
  /**
   * Queries are about to meet all rows.
   *
   * @param queries how many
   * @param rows how many
   */
  record Comparing(int queries, long rows) implements IndexStep {}

  /**
   * The rows are about to be divided.
   *
   * @param lists into so many
   */
  record Building(int lists) implements IndexStep {}

  /**
   * The queries have met some lists.
   *
   * @param probes how many lists each
   * @param recallAt10 part of the 10 nearest rows that was found
   * @param recallAt100 part of the 100 nearest
   */
  record Measured(int probes, double recallAt10, double recallAt100) implements IndexStep {
    /** Whether that is enough. */
    boolean reaches(double recall) {
      return Math.min(recallAt10, recallAt100) >= recall;
    }
  }
}

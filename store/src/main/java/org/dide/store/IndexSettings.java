package org.dide.store;

import java.util.Optional;
import org.dide.InputException;

/**
 * How an index is made.
 *
 * @param recall that it must reach, at 10 and at 100, in (0, 1]
 * @param lists to divide the rows into; else as many as the square root of the rows, if each row
 *     can still be put into the nearest
 * @param mostProbes lists that a query may meet; else half of them
 */
public record IndexSettings(double recall, Optional<Integer> lists, Optional<Integer> mostProbes) {
  /** The recall that an index must reach unless told otherwise. */
  public static final String RECALL = "0.98";

  /** Numbers in all centres from which on Lance puts rows into a near list, not the nearest. */
  private static final long EXACT = 999_999;

  /** Refuses what no index can be. */
  public IndexSettings {
    if (!(recall > 0 && recall <= 1)) {
      throw new InputException(
          "recall: found %s, allowed is above 0 and at most 1".formatted(recall));
    }
    requirePositive("lists", lists);
    requirePositive("probes", mostProbes);
  }

  private static void requirePositive(String name, Optional<Integer> number) {
    if (number.orElse(1) < 1) {
      throw new InputException(
          "%s: found %d, allowed are 1 or more".formatted(name, number.orElseThrow()));
    }
  }

  int listsOf(long rows, int shareSize) {
    long root = Math.round(Math.sqrt((double) rows));
    return lists.orElseGet(() -> (int) Math.max(1, Math.min(root, EXACT / shareSize)));
  }

  int probesOf(int all) {
    return Math.min(all, mostProbes.orElse((all + 1) / 2));
  }
}

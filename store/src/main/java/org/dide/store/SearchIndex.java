package org.dide.store;

import org.dide.InputException;

/**
 * What an index of a store's unit vectors is, and how much it was measured to find: {@code
 * indexes/VERSION.json}. The vectors are divided into lists, each around a centre; a query meets
 * the vectors of the lists whose centres are nearest to it (an inverted file; Sivic and Zisserman,
 * ICCV 2003).
 *
 * @param format 1
 * @param lists that the vectors are divided into
 * @param probes lists that a query meets
 * @param rows in the store when it was measured
 * @param queries it was measured by
 * @param ownQueries whether those were rows of the store, not another store's
 * @param recallAt10 part of a query's 10 nearest rows that was found, the mean over the queries
 * @param recallAt100 the same of its 100 nearest
 */
public record SearchIndex(
    int format,
    int lists,
    int probes,
    long rows,
    int queries,
    boolean ownQueries,
    double recallAt10,
    double recallAt100) {
  /** Rows from which on a search needs an index. */
  public static final long LARGE = 1_000_000;

  /** Rows of a result up to which its recall is measured. */
  public static final int MEASURED = 100;

  /** Part of the rows that may have come after the index before it should be made anew. */
  public static final double STALE = 0.1;

  static final int FORMAT = 1;

  /** Refuses another format. */
  public SearchIndex {
    if (format != FORMAT) {
      throw new InputException("format: found %d, this program reads %d".formatted(format, FORMAT));
    }
  }
}

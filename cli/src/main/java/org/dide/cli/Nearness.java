package org.dide.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dide.store.SearchIndex;
import org.dide.store.VectorStore;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whether a search compares all items or asks the store's index. */
final class Nearness {
  @ArgGroup private Choice choice = new Choice();

  /** One of the two, or none. */
  private static final class Choice {
    @Option(
        names = "--approximate",
        description =
            "Ask the store's index (dide store index), however few items there are. Default: from a"
                + " million items on, for at most 100 results.")
    private boolean approximate;

    @Option(names = "--exact", description = "Compare all items, whatever index there is.")
    private boolean exact;
  }

  /**
   * Whether to ask the index.
   *
   * @param wanted items
   */
  boolean isApproximate(VectorStore store, int wanted, Optional<String> where) {
    if (choice.approximate || choice.exact) {
      return choice.approximate;
    }
    return store.index().isPresent()
        && wanted <= SearchIndex.MEASURED
        && store.count(where) >= SearchIndex.LARGE;
  }

  /** Says how items were found. */
  static void tell(PrintWriter err, Path folder, VectorStore store, boolean approximate, int met) {
    if (!approximate) {
      err.printf("compared with all %,d items%n", met);
    } else {
      store.index().ifPresent(index -> err.printf("found by the index: %s%n", told(index)));
      double part = store.partWithoutIndex();
      if (part > SearchIndex.STALE) {
        err.printf(
            Locale.ROOT,
            "%.0f %% of the items came after the index; dide store index %s makes it anew%n",
            100 * part,
            folder);
      }
    }
    err.flush();
  }

  /** The same for machines. */
  static void put(Map<String, Object> result, VectorStore store, boolean approximate) {
    result.put("search", approximate ? "approximate" : "exact");
    if (approximate) {
      store.index().ifPresent(index -> result.put("index", index));
    }
  }

  /** An index in words. */
  static String told(SearchIndex index) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d lists probed, which found %.4f of the 10 nearest and %.4f of the 100 nearest of"
            + " %,d items, to %,d %s",
        index.probes(),
        index.lists(),
        index.recallAt10(),
        index.recallAt100(),
        index.rows(),
        index.queries(),
        index.ownQueries() ? "of the items themselves" : "of another store");
  }
}

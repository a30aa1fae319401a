package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dide.store.IndexSettings;
import org.dide.store.IndexStep;
import org.dide.store.SearchIndex;
import org.dide.store.StoreWriter;
import org.dide.store.VectorStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide store index}: an index for searching a large store. */
@Command(
    name = "index",
    description = {
      "Make an index, so that dide search need not compare a query with every item of a large store"
          + " (of a model of the task retrieval, in fp32 or fp16).",
      "",
      "The index finds most of what is nearest, not all. So it is measured: some of the store's own"
          + " items, or those of --queries, are compared with all items, and then with those of more"
          + " and more of the index's lists, until it finds enough of the 10 and of the 100 nearest."
          + " If it never does, no index is kept. Texts lie elsewhere than pictures do: to search"
          + " pictures by texts, name a store of such texts with --queries.",
      "",
      "What is encoded later is found, too, but in no list: make the index anew now and then.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide store index holiday.store --queries captions.store",
      "  dide store index holiday.store --recall 0.95 --most-probes 32",
      "  dide store index holiday.store --remove",
      "",
      "Exit code: 0 done, 1 failed, or it finds too little, 2 wrong usage."
    })
final class StoreIndexCommand extends BaseCommand {
  private static final List<String> MAKING =
      List.of("--recall", "--queries", "--lists", "--most-probes");

  @Parameters(paramLabel = "STORE", description = "The store.")
  private Path folder = Path.of("");

  @Option(
      names = "--recall",
      paramLabel = "PART",
      description = "What the index must find of the nearest. Default: ${DEFAULT-VALUE}.",
      defaultValue = IndexSettings.RECALL)
  private double recall;

  @Option(
      names = "--queries",
      paramLabel = "STORE",
      description = "A store of the same model; its items measure the index. Default: STORE's own.")
  private Optional<Path> queries = Optional.empty();

  @Option(
      names = "--lists",
      paramLabel = "N",
      description = "Lists to divide the items into. Default: the square root of the items.")
  private Optional<Integer> lists = Optional.empty();

  @Option(
      names = "--most-probes",
      paramLabel = "N",
      description = "Lists that a query may meet at most. Default: half of them.")
  private Optional<Integer> mostProbes = Optional.empty();

  @Option(names = "--remove", description = "Remove the index instead.")
  private boolean remove;

  @Override
  public Integer call() {
    requireAtLeast(1, "--lists", lists.orElse(1));
    requireAtLeast(1, "--most-probes", mostProbes.orElse(1));
    for (String making : MAKING) {
      if (remove && isGiven(making)) {
        throw usage("%s is for making an index, --remove removes it".formatted(making));
      }
    }
    if (!(recall > 0 && recall <= 1)) {
      throw usage("--recall: found %s, allowed is above 0 and at most 1".formatted(recall));
    }
    configureEngine();
    Optional<VectorStore> others = queries.map(VectorStore::open);
    try (StoreWriter store = StoreWriter.open(folder)) {
      if (remove) {
        store.removeIndex();
        print(Optional.empty());
      } else {
        IndexSettings settings = new IndexSettings(recall, lists, mostProbes);
        print(Optional.of(store.index(settings, others, this::tell)));
      }
    } finally {
      others.ifPresent(VectorStore::close);
    }
    return DONE;
  }

  private void tell(IndexStep step) {
    if (step instanceof IndexStep.Comparing now) {
      err().printf("comparing %,d queries with all %,d items%n", now.queries(), now.rows());
    } else if (step instanceof IndexStep.Building now) {
      err().printf("dividing the items into %,d lists%n", now.lists());
    } else if (step instanceof IndexStep.Measured now) {
      err()
          .printf(
              Locale.ROOT,
              "%,d probed: finds %.4f of the 10 nearest, %.4f of the 100 nearest%n",
              now.probes(),
              now.recallAt10(),
              now.recallAt100());
    }
    err().flush();
  }

  private void print(Optional<SearchIndex> index) {
    if (json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("store", folder.toString());
      all.put("index", index);
      printJson(all);
    } else {
      index.ifPresent(made -> out().printf("%s: %s%n", folder, Nearness.told(made)));
      out().flush();
    }
  }
}

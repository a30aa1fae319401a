package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.dide.store.SearchIndex;
import org.dide.store.StoreDescription;
import org.dide.store.VectorStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code dide store show}: what is in a store. */
@Command(
    name = "show",
    description = {
      "Tell what a store holds, and check every file of it on the way.",
      "",
      "A file that is missing or damaged is told by its name. Writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide store show holiday.store",
      "  dide store show holiday.store --json",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class StoreShowCommand extends BaseCommand {
  @Parameters(paramLabel = "STORE", description = "The store.")
  private Path folder = Path.of("");

  @Override
  public Integer call() {
    try (VectorStore store = VectorStore.open(folder)) {
      if (json()) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("store", folder.toString());
        all.put("size", store.size());
        all.put("version", store.version());
        all.put("description", store.description());
        store
            .index()
            .ifPresent(
                index -> {
                  all.put("index", index);
                  all.put("partWithoutIndex", store.partWithoutIndex());
                });
        printJson(all);
      } else {
        print(store);
      }
    }
    return DONE;
  }

  private void print(VectorStore store) {
    StoreDescription description = store.description();
    String metadata =
        description.metadata().stream()
            .map(field -> "%s %s".formatted(field.name(), lower(field.type())))
            .collect(Collectors.joining(", "));
    new Facts()
        .addFormatted("holds", "%,d %s", store.size(), lower(description.kind()))
        .addFormatted("version", "%d, whole", store.version())
        .addFormatted("model", "%s, fingerprint %s", description.modelName(), description.model())
        .addFormatted(
            "vectors",
            "%s, width %d, share size %d, places %d",
            lower(description.type()),
            description.width(),
            description.shareSize(),
            description.places())
        .add("shares", shares(description))
        .add("metadata", metadata.isEmpty() ? "none" : metadata)
        .add("index", store.index().map(index -> told(index, store)).orElse("none"))
        .print(out());
    out().flush();
  }

  /** A share is as long as what it holds: one vector, the join's half of two, or states beyond. */
  private static String shares(StoreDescription description) {
    int widths = description.shareSize() / description.width();
    return switch (widths) {
      case 1 -> "normalised vectors, to be compared";
      case 2 -> "what the MLP join reads";
      default ->
          "what the MLP join reads, and %d vectors for the attentive join".formatted(widths - 2);
    };
  }

  private static String told(SearchIndex index, VectorStore store) {
    double part = store.partWithoutIndex();
    return String.format(
        Locale.ROOT,
        "%s; %.1f %% of the items came after it%s",
        Nearness.told(index),
        100 * part,
        part > SearchIndex.STALE ? ": it is stale, make it anew" : "");
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

package org.dide.cli;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.Searcher;
import org.dide.answer.StoredItem;
import org.dide.answer.Towers;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.store.StoredKind;
import org.dide.store.VectorStore;
import org.dide.tensor.Device;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide search}: pictures that a text describes, or texts that describe a picture. */
@Command(
    name = "search",
    description = {
      "Find the stored pictures that a text describes, or the stored texts that describe a picture,"
          + " by a dual encoder trained for retrieval.",
      "",
      "Prints a line each: its cosine with what was searched for, and its id (or the stored text),"
          + " separated by a tab; the likest first.",
      "",
      "With --rerank, a model that judges statements then looks at the best pictures again: they"
          + " are printed by the probability that the text is true of them. It needs a store of its"
          + " own, of the same pictures.",
      "",
      "All items are compared, in memory. Of a store of a million and more, an index (dide store"
          + " index) is asked instead, if there is one: it finds most of what is nearest. Which it"
          + " was is told on standard error. Either way every file of the store is read once, to find"
          + " damage.",
      "",
      "--threads says on how many threads --rerank judges; the search itself has one.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide search --store holiday.store --model my-retriever \"two dogs on a beach\"",
      "  dide search --store captions.store --model my-retriever --image kitchen.jpg",
      "  dide search --store holiday.store --model my-retriever --rerank my-judge --rerank-store"
          + " judged.store \"two dogs on a beach\"",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class SearchCommand extends BaseCommand {
  @ArgGroup(multiplicity = "1")
  private Query query = new Query();

  /** One of the two. */
  private static final class Query {
    @Parameters(paramLabel = "TEXT", description = "What to find pictures of, as one argument.")
    private Optional<String> text = Optional.empty();

    @Option(names = "--image", paramLabel = "FILE", description = "What to find texts about.")
    private Optional<Path> image = Optional.empty();
  }

  @Mixin private StoreOption store = new StoreOption();

  @Mixin private WeightsOption weights = new WeightsOption();

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Items to print. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private int top;

  @Mixin private Nearness nearness = new Nearness();

  @Option(
      names = "--rerank",
      paramLabel = "DIR",
      description = "A model of entailment, or of statements, to look again with.")
  private Optional<Path> judge = Optional.empty();

  @Option(
      names = "--rerank-store",
      paramLabel = "DIR",
      description = "That model's store of the same pictures.")
  private Optional<Path> judgeStore = Optional.empty();

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description =
          "Items that --rerank looks at again, no fewer than --top. Default: ${DEFAULT-VALUE}.",
      defaultValue = "100")
  private int candidates;

  /** An item that was found, and how well it fits. */
  private record Found(StoredItem item, double score) {}

  @Override
  public Integer call() throws InterruptedException {
    requireSense();
    configureEngineForRequests();
    List<Found> found;
    Map<String, Object> told = new LinkedHashMap<>();
    try (TrainedModel trained = store.load();
        Searcher searcher = Searcher.of(trained, weights.type())) {
      query.text.ifPresent(text -> TooLong.tell(err(), trained, text));
      try (VectorStore vectors = store.store(trained)) {
        requireKind(vectors);
        found = found(searcher, vectors, told);
      }
    }
    print(judge.isEmpty() ? found : judged(found, judge.get(), judgeStore.orElseThrow()), told);
    return DONE;
  }

  private List<Found> found(Searcher searcher, VectorStore vectors, Map<String, Object> told) {
    int wanted = judge.isEmpty() ? top : Math.max(top, candidates);
    Where where = store.where();
    boolean approximate = nearness.isApproximate(vectors, wanted, where.filter());
    float[] share = share(searcher.towers());
    try (Gallery gallery =
        where.something(
            store.folder(),
            approximate
                ? vectors.nearest(share, wanted, where.filter())
                : vectors.gallery(where.filter()))) {
      Nearness.tell(err(), store.folder(), vectors, approximate, gallery.size());
      Nearness.put(told, vectors, approximate);
      return searcher.search(share, gallery, wanted).stream()
          .map(hit -> new Found(hit.item(), hit.cosine()))
          .toList();
    }
  }

  private void requireSense() {
    requireAtLeast(1, "--top", top);
    requireAtLeast(1, "--candidates", candidates);
    if (query.text.filter(String::isBlank).isPresent()) {
      throw usage("the text is empty");
    }
    if (judge.isPresent() != judgeStore.isPresent()) {
      throw usage("--rerank and --rerank-store go together");
    }
    if (judge.isEmpty() && isGiven("--candidates")) {
      throw usage("--candidates are what --rerank looks at again");
    }
    if (judge.isPresent() && query.image.isPresent()) {
      throw usage("--rerank looks at pictures again, --image finds texts");
    }
  }

  private void requireKind(VectorStore vectors) {
    boolean texts = vectors.description().kind() == StoredKind.TEXTS;
    if (texts != query.image.isPresent()) {
      throw new InputException(
          "%s: holds %s; allowed is %s"
              .formatted(
                  store.folder(),
                  texts ? "texts, which --image searches" : "pictures, which a text searches",
                  texts ? "--image" : "a text"));
    }
  }

  private float[] share(Towers towers) {
    return query
        .image
        .map(file -> towers.encode(towers.decode(file)))
        .orElseGet(() -> towers.encode(query.text.orElseThrow()))
        .shares()
        .get(0);
  }

  /** The best of the candidates, by how likely the text is true of them. */
  private List<Found> judged(List<Found> found, Path folder, Path judged)
      throws InterruptedException {
    try (TrainedModel trained = ModelFolder.load(folder, Device.CPU)) {
      Statements.requireJudge(folder + ": ", trained);
      List<String> ids = found.stream().map(one -> one.item().id()).toList();
      Map<String, Double> truths = new HashMap<>();
      try (Gallery gallery = Where.pictures(judged, trained, ids);
          DualAnswerer answerer = DualAnswerer.of(trained, weights.type())) {
        answerer.answer(
            answerer.towers().encode(query.text.orElseThrow()).shares().get(0),
            gallery,
            Integer.MAX_VALUE,
            requests(),
            (picture, answers) -> truths.put(picture.id(), Statements.truth(answers)));
      }
      return found.stream()
          .map(one -> new Found(one.item(), truths.getOrDefault(one.item().id(), 0.0)))
          .sorted(Comparator.comparingDouble(Found::score).reversed())
          .limit(top)
          .toList();
    }
  }

  private void print(List<Found> found, Map<String, Object> told) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      query.text.ifPresent(text -> result.put("text", text));
      query.image.ifPresent(file -> result.put("image", file));
      result.putAll(told);
      result.put("score", judge.isEmpty() ? "cosine" : "probability");
      result.put("found", found);
      printJson(result);
      return;
    }
    for (Found one : found) {
      out().printf(Locale.ROOT, "%.4f\t%s%n", one.score(), Asked.plain(Asked.name(one.item())));
    }
    out().flush();
  }
}

package org.dide.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.dide.InputException;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.hub.TrainedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide reason}: a statement about two stored pictures, or about all pairs of them. */
@Command(
    name = "reason",
    description = {
      "Judge a statement about pairs of stored pictures, by a model of pairs: about one pair, or"
          + " about all pairs of what --where leaves. To judge it about two picture files, dide ask"
          + " --image LEFT --image RIGHT.",
      "",
      "Prints a line a pair: the probability that the statement is true, the left picture's id and"
          + " the right one's, separated by tabs; the likeliest first.",
      "",
      "--threads says on how many threads pairs are judged.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide reason --store holiday.store --model my-reasoner --left a.jpg --right b.jpg \"both"
          + " show a dog\"",
      "  dide reason --store holiday.store --model my-reasoner --where \"year = 2021\" --top 20"
          + " \"the left one has more boats\"",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class ReasonCommand extends BaseCommand {
  @Parameters(paramLabel = "STATEMENT", description = "The statement, as one argument.")
  private String statement = "";

  @Mixin private StoreOption store = new StoreOption();

  @Mixin private WeightsOption weights = new WeightsOption();

  @Option(names = "--left", paramLabel = "ID", description = "The left picture of one pair.")
  private Optional<String> left = Optional.empty();

  @Option(names = "--right", paramLabel = "ID", description = "The right picture of it.")
  private Optional<String> right = Optional.empty();

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Pairs to print. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private int top;

  /** A pair and how likely the statement is true of it. */
  private record Judged(String left, String right, double probability) {}

  @Override
  public Integer call() throws InterruptedException {
    requireAtLeast(1, "--top", top);
    if (statement.isBlank()) {
      throw usage("the statement is empty");
    }
    if (left.isPresent() != right.isPresent()) {
      throw usage("--left and --right name one pair together");
    }
    if (left.isPresent() && store.isFiltered()) {
      throw usage("--left and --right name one pair, --where chooses among all");
    }
    configureEngineForRequests();
    try (TrainedModel trained = store.load()) {
      requirePairs(trained);
      TooLong.tell(err(), trained, statement);
      try (DualAnswerer answerer = DualAnswerer.of(trained, weights.type())) {
        float[] text = answerer.towers().encode(statement).shares().get(0);
        print(left.isPresent() ? one(answerer, text, trained) : all(answerer, text, trained));
      }
    }
    return DONE;
  }

  private static void requirePairs(TrainedModel trained) {
    if (trained.task().head().pictures() != 2) {
      throw new InputException(
          "task %s: is about one picture; allowed are models of pairs, of the task reasoning"
              .formatted(trained.task().name()));
    }
  }

  private List<Judged> one(DualAnswerer answerer, float[] text, TrainedModel trained) {
    String first = left.orElseThrow();
    String second = right.orElseThrow();
    List<List<float[]>> shares = Where.shares(store.folder(), trained, List.of(first, second));
    List<float[]> pair = List.of(shares.get(0).get(0), shares.get(1).get(1)); // left, right
    return List.of(new Judged(first, second, Statements.truth(answerer.answer(text, pair, 2))));
  }

  private List<Judged> all(DualAnswerer answerer, float[] text, TrainedModel trained)
      throws InterruptedException {
    PriorityQueue<Judged> likeliest =
        new PriorityQueue<>(Comparator.comparingDouble(Judged::probability));
    try (Gallery gallery = store.pictures(trained)) {
      answerer.answerPairs(
          text,
          gallery,
          2,
          requests(),
          (first, second, answers) -> {
            double truth = Statements.truth(answers);
            if (likeliest.size() < top || truth > likeliest.element().probability()) {
              likeliest.add(
                  new Judged(
                      gallery.items().get(first).id(), gallery.items().get(second).id(), truth));
              if (likeliest.size() > top) {
                likeliest.remove();
              }
            }
          });
    }
    List<Judged> sorted = new ArrayList<>(likeliest);
    sorted.sort(
        Comparator.comparingDouble(Judged::probability)
            .reversed()
            .thenComparing(Judged::left)
            .thenComparing(Judged::right));
    return sorted;
  }

  private void print(List<Judged> pairs) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("statement", statement);
      result.put("pairs", pairs);
      printJson(result);
      return;
    }
    for (Judged pair : pairs) {
      out()
          .printf(
              Locale.ROOT,
              "%.4f\t%s\t%s%n",
              pair.probability(),
              Asked.plain(pair.left()),
              Asked.plain(pair.right()));
    }
    out().flush();
  }
}

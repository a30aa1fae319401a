package org.dide.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.answer.Candidates;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.hub.TrainedModel;
import org.dide.task.Answer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide entail}: which stored pictures a statement is true of. */
@Command(
    name = "entail",
    description = {
      "Judge a statement about all pictures of a store: which entail it, which contradict it, and"
          + " which leave it open (or true and false, by a model of such statements). To judge it"
          + " about one picture, dide ask --image.",
      "",
      "Prints a line a picture: its label, the probability of that, and its id, separated by tabs;"
          + " the labels in turn, the surest picture of each first. How many there are of each is"
          + " told on standard error.",
      "",
      "--threads says on how many threads the pictures are judged.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide entail --store holiday.store --model runs/my-student/best \"two dogs are playing\"",
      "  dide entail --store holiday.store --label contradiction --top 20 \"nobody is outside\"",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class EntailCommand extends BaseCommand {
  @Parameters(paramLabel = "STATEMENT", description = "The statement, as one argument.")
  private String statement = "";

  @Mixin private StoreOption store = new StoreOption();

  @Mixin private CandidatesOption candidates = new CandidatesOption();

  @Mixin private WeightsOption weights = new WeightsOption();

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "Only pictures of this label, such as entailment.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Pictures to print of each label. Default: all.")
  private Optional<Integer> top = Optional.empty();

  @Mixin private AnswerFile file = new AnswerFile();

  @Override
  public Integer call() throws InterruptedException {
    requireAtLeast(1, "--top", top.orElse(1));
    if (statement.isBlank()) {
      throw usage("the statement is empty");
    }
    candidates.check(this);
    file.check(this);
    configureEngineForRequests();
    try (TrainedModel trained = store.load()) {
      List<String> labels = labels(trained);
      try (DualAnswerer answerer = DualAnswerer.of(trained, weights.type());
          Gallery gallery = store.pictures(trained)) {
        TooLong.tell(err(), trained, statement);
        print(labels, judged(answerer, gallery, labels.size()), answerer);
      }
    }
    return DONE;
  }

  /** The labels, the most affirmative first. */
  private List<String> labels(TrainedModel trained) {
    Statements.requireJudge("", trained);
    List<String> labels = new ArrayList<>(trained.task().answers());
    if (labels.get(0).equals("false")) {
      Collections.reverse(labels);
    }
    label.ifPresent(
        only -> {
          if (!labels.contains(only)) {
            throw new InputException(
                "--label: found '%s', allowed are %s".formatted(only, String.join(", ", labels)));
          }
        });
    return labels;
  }

  private List<Asked> judged(DualAnswerer answerer, Gallery gallery, int labels)
      throws InterruptedException {
    List<Asked> all = new ArrayList<>();
    candidates.answer(
        answerer,
        answerer.towers().encode(statement).shares().get(0),
        gallery,
        labels,
        requests(),
        wanted ->
            label
                .map(one -> Candidates.likeliest(one, wanted))
                .orElse(Candidates.leastSure(wanted)),
        (picture, answers) -> all.add(new Asked(picture, answers)));
    return all;
  }

  private void print(List<String> labels, List<Asked> all, DualAnswerer answerer) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    List<Asked> chosen = new ArrayList<>();
    for (String one : labels) {
      List<Asked> of = all.stream().filter(asked -> best(asked).text().equals(one)).toList();
      counts.put(one, of.size());
      if (label.isEmpty() || label.get().equals(one)) {
        of.stream()
            .sorted(
                Comparator.comparingDouble((Asked asked) -> best(asked).probability()).reversed())
            .limit(top.orElse(Integer.MAX_VALUE))
            .forEach(chosen::add);
      }
    }
    if (file.isWanted()) {
      file.write(statement, chosen, answerer::decode);
    }
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("statement", statement);
      result.put("counts", counts);
      file.put(result, "pictures", chosen);
      printJson(result);
      return;
    }
    if (!file.isWanted()) {
      for (Asked asked : chosen) {
        Answer best = best(asked);
        out()
            .printf(
                Locale.ROOT,
                "%s\t%.4f\t%s%n",
                best.text(),
                best.probability(),
                Asked.plain(asked.item().id()));
      }
      out().flush();
    }
    counts.forEach((one, count) -> err().printf("%s: %,d%n", one, count));
    err().flush();
  }

  private static Answer best(Asked asked) {
    return asked.answers().get(0);
  }
}

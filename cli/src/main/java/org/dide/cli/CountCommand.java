package org.dide.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dide.answer.Candidates;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.Tally;
import org.dide.hub.TrainedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide count}: how often each answer is given, over a store. */
@Command(
    name = "count",
    description = {
      "Ask a question of all pictures of a store and count the answers.",
      "",
      "Prints a line for each answer, the most frequent first: how many pictures it is the best"
          + " answer of, the answer, and the ids of those it is surest of, separated by tabs.",
      "",
      "--threads says on how many threads the pictures are asked.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide count --store holiday.store \"how many people are there?\"",
      "  dide count --store holiday.store --where \"year = 2021\" --examples 5 \"what animal is"
          + " it?\"",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class CountCommand extends BaseCommand {
  @Parameters(paramLabel = "QUESTION", description = "The question, as one argument.")
  private String question = "";

  @Mixin private StoreOption store = new StoreOption();

  @Mixin private CandidatesOption candidates = new CandidatesOption();

  @Mixin private WeightsOption weights = new WeightsOption();

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Pictures to name of each answer. Default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int examples;

  @Override
  public Integer call() throws InterruptedException {
    requireAtLeast(0, "--examples", examples);
    if (question.isBlank()) {
      throw usage("the question is empty");
    }
    candidates.check(this);
    configureEngineForRequests();
    try (TrainedModel trained = store.load();
        Gallery gallery = store.pictures(trained);
        DualAnswerer answerer = DualAnswerer.of(trained, weights.type())) {
      TooLong.tell(err(), trained, question);
      Tally tally = new Tally(examples);
      candidates.answer(
          answerer,
          answerer.towers().encode(question).shares().get(0),
          gallery,
          1,
          requests(),
          Candidates::leastSure,
          (picture, answers) -> tally.add(picture, answers.get(0)));
      print(gallery.size(), tally.counts());
    }
    return DONE;
  }

  private void print(int pictures, List<Tally.Count> counts) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("question", question);
      result.put("pictures", pictures);
      result.put("answers", counts);
      printJson(result);
      return;
    }
    for (Tally.Count count : counts) {
      String ids =
          count.examples().stream()
              .map(example -> Asked.plain(example.id()))
              .collect(Collectors.joining(" "));
      out().printf("%7d\t%s\t%s%n", count.count(), count.text(), ids);
    }
    out().flush();
  }
}

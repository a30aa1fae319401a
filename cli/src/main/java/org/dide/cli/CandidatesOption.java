package org.dide.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.dide.answer.Candidates;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.dide.task.Answer;
import picocli.CommandLine.Option;

/** How closely a model with an attentive join looks at all pictures of a store. */
final class CandidatesOption {
  @Option(
      names = "--candidates",
      paramLabel = "N",
      description =
          "Of a model with an attentive join: let the quick MLP join beside it answer about all, and"
              + " the attentive one decide about N pictures: those that the first was least sure of"
              + " (of --label: that the label is likeliest of). Default: it decides about all.")
  private Optional<Integer> count = Optional.empty();

  /** Refuses numbers that make no sense. */
  void check(BaseCommand command) {
    command.requireAtLeast(1, "--candidates", count.orElse(1));
  }

  /** Whether some pictures are answered about by the first join alone. */
  boolean isGiven() {
    return count.isPresent();
  }

  /**
   * Asks all pictures of a gallery.
   *
   * @param threads joins at work side by side
   * @param chosen the candidates, for their number
   */
  void answer(
      DualAnswerer answerer,
      float[] text,
      Gallery pictures,
      int answers,
      int threads,
      IntFunction<Candidates> chosen,
      BiConsumer<StoredItem, List<Answer>> answered)
      throws InterruptedException {
    if (count.isPresent()) {
      answerer.answer(text, pictures, answers, threads, chosen.apply(count.get()), answered);
    } else {
      answerer.answer(text, pictures, answers, threads, answered);
    }
  }
}

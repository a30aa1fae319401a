package org.dide.cli;

import java.io.PrintWriter;
import java.util.List;
import org.dide.answer.StoredItem;
import org.dide.hub.TrainedModel;

/** Says what of a text a model does not read. */
final class TooLong {
  private TooLong() {}

  /** Those texts that have more tokens than the model reads. */
  static List<StoredItem.Text> of(TrainedModel trained, List<StoredItem.Text> texts) {
    int longest = trained.model().architecture().maxTextLength();
    return texts.stream()
        .filter(text -> trained.tokenizer().length(text.text()) > longest)
        .toList();
  }

  /** Tells which texts were not read to their ends. */
  static void tell(PrintWriter err, List<StoredItem.Text> texts) {
    if (!texts.isEmpty()) {
      err.printf(
          "%,d texts have more tokens than the model reads, and only their beginnings count:%n",
          texts.size());
      texts.forEach(text -> err.printf("  %s: %s%n", text.id(), Asked.plain(text.text())));
      err.flush();
    }
  }

  /** Tells if the text has more tokens than the model reads. */
  static void tell(PrintWriter err, TrainedModel trained, String text) {
    int longest = trained.model().architecture().maxTextLength();
    int length = trained.tokenizer().length(text);
    if (length > longest) {
      err.printf(
          "the question has %d tokens, of which the model reads the first %d%n",
          length, longest - 1);
      err.flush();
    }
  }
}

package org.dide.cli;

import java.io.PrintWriter;
import org.dide.hub.TrainedModel;

/** Says what of a text a model does not read. */
final class TooLong {
  private TooLong() {}

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

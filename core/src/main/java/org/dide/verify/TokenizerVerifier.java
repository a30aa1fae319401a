package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.dide.text.Vocabulary;
import org.dide.text.WordPieceTokenizer;

/** Tokens of BERT's WordPiece tokenizer. */
final class TokenizerVerifier implements CaseVerifier {
  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("tokenizer");
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    Vocabulary vocabulary =
        Vocabulary.read(golden.sibling(Json.text(golden.field("vocab"), "vocab")));
    WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary);
    int length = Json.integer(golden.field("max_length"), "max_length");
    long compared = 0;
    long ids = 0;
    long masks = 0;
    long tokens = 0;
    for (JsonNode row : Json.list(golden.field("rows"), "rows")) {
      // Versions of the reference disagree on these.
      if (row.has("version_dependent")
          && Json.truth(row.path("version_dependent"), "version_dependent")) {
        continue;
      }
      int[] found = tokenizer.encode(Json.text(row.path("text"), "text"), length);
      int[] mask = new int[length];
      Arrays.fill(mask, 0, found.length, 1);
      List<String> words = Arrays.stream(found).mapToObj(vocabulary::token).toList();
      compared++;
      ids +=
          differs(Arrays.copyOf(found, length), Json.integers(row.path("input_ids"), "input_ids"));
      masks += differs(mask, Json.integers(row.path("attention_mask"), "attention_mask"));
      tokens += words.equals(Json.texts(row.path("tokens"), "tokens")) ? 0 : 1;
    }
    comparison.equal("has rows", compared > 0, true);
    comparison.within("input_ids (%d rows)".formatted(compared), (double) ids, 0);
    comparison.within("attention_mask (%d rows)".formatted(compared), (double) masks, 0);
    comparison.within("tokens (%d rows)".formatted(compared), (double) tokens, 0);
  }

  private static long differs(int[] actual, int[] expected) {
    return Arrays.equals(actual, expected) ? 0 : 1;
  }
}

package org.dide.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.random.Draws;

/**
 * Hides words for masked language modelling as BERT does (Devlin et al., NAACL 2019, section 3.1):
 * of the tokens chosen, 80 % become [MASK], 10 % another token, and 10 % stay as they are. Special
 * tokens are neither chosen nor drawn.
 */
public final class WordHider {
  private static final double MASKED = 0.8;
  private static final double EXCHANGED = 0.9; // of those that are not masked, half

  private final int mask;
  private final boolean[] special;
  private final boolean[] continues;
  private final int[] ordinary;
  private final double share;
  private final boolean wholeWords;

  /**
   * For texts of a vocabulary.
   *
   * @param share of the tokens, or words, that are chosen, above 0 and up to 1
   * @param wholeWords whether all pieces of a word are chosen together
   * @throws InputException if the vocabulary has no {@code [MASK]}, or nothing but special tokens
   */
  public WordHider(Vocabulary vocabulary, double share, boolean wholeWords) {
    this.mask =
        vocabulary
            .find(Vocabulary.MASK)
            .orElseThrow(
                () ->
                    new InputException(
                        "vocabulary: found no %s, which stands for hidden words"
                            .formatted(Vocabulary.MASK)));
    this.special = new boolean[vocabulary.size()];
    this.continues = new boolean[vocabulary.size()];
    for (int id = 0; id < special.length; id++) {
      special[id] = Vocabulary.SPECIAL_TOKENS.contains(vocabulary.token(id));
      continues[id] = vocabulary.token(id).startsWith(Vocabulary.CONTINUATION);
    }
    this.ordinary = IntStream.range(0, special.length).filter(id -> !special[id]).toArray();
    if (ordinary.length == 0) {
      throw new InputException("vocabulary: found nothing but special tokens");
    }
    this.share = share;
    this.wholeWords = wholeWords;
  }

  /**
   * A text that hides some of its tokens.
   *
   * @param tokens as a model reads them
   * @param places of the hidden ones, in order
   * @param words the ids that stood there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Hidden(int[] tokens, int[] places, int[] words) {}

  /** Hides what these draws choose; where that is nothing, one token or word, if there is any. */
  public Hidden hide(int[] tokens, Draws draws) {
    List<List<Integer>> words = words(tokens);
    List<Integer> chosen = new ArrayList<>();
    for (List<Integer> word : words) {
      if (draws.nextBoolean(share)) {
        chosen.addAll(word);
      }
    }
    if (chosen.isEmpty() && !words.isEmpty()) {
      chosen.addAll(words.get(draws.nextInt(words.size())));
    }
    int[] places = chosen.stream().mapToInt(Integer::intValue).toArray();
    int[] seen = tokens.clone();
    for (int place : places) {
      seen[place] = shown(tokens[place], draws);
    }
    return new Hidden(seen, places, IntStream.of(places).map(place -> tokens[place]).toArray());
  }

  /** What is hidden together: tokens, or the pieces of words, by their places. */
  private List<List<Integer>> words(int[] tokens) {
    List<List<Integer>> words = new ArrayList<>();
    for (int place = 0; place < tokens.length; place++) {
      if (special[tokens[place]]) {
        continue;
      }
      if (wholeWords && continues[tokens[place]] && place > 0 && !special[tokens[place - 1]]) {
        words.get(words.size() - 1).add(place);
      } else {
        words.add(new ArrayList<>(List.of(place)));
      }
    }
    return words;
  }

  private int shown(int token, Draws draws) {
    double chance = draws.nextDouble();
    if (chance < MASKED) {
      return mask;
    }
    return chance < EXCHANGED ? ordinary[draws.nextInt(ordinary.length)] : token;
  }
}

package org.dide.text;

import java.util.Arrays;
import org.dide.InputException;

/**
 * BERT's uncased tokenizer: words in lower case and without accents, cut into the longest pieces
 * that the vocabulary has (Wu et al., "Google's Neural Machine Translation System", 2016, section
 * 4.1; Devlin et al., "BERT", 2019).
 *
 * <p>It is plain Java, where bindings to a native tokenizer would start slower, add native code and
 * unpack it into the home folder; on some 10,000 texts of many scripts its tokens were measured
 * equal to those of transformers' BertTokenizer.
 *
 * <p>Immutable, and so safe to share between threads.
 */
public final class WordPieceTokenizer {
  /** Characters (Unicode code points) that a text may have. */
  public static final int MAXIMUM_CHARACTERS = 10_000;

  /** A longer word, in code points, is {@code [UNK]} whatever its pieces (BERT's limit). */
  private static final int MAXIMUM_WORD = 100;

  private final Vocabulary vocabulary;

  /** Tokenizes with a vocabulary of lower-case tokens. */
  public WordPieceTokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** The tokens that {@link #encode} gives the ids of. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * The ids {@code [CLS] … [SEP]} of a text, cut on the right where it is too long, without
   * padding.
   *
   * @param maximumLength most ids to give, with {@code [CLS]} and {@code [SEP]}; at least 2
   * @return (T), 2 ≤ T ≤ maximumLength
   * @throws InputException if the text has more than {@value #MAXIMUM_CHARACTERS} characters
   */
  public int[] encode(String text, int maximumLength) {
    if (maximumLength < 2) {
      throw new IllegalArgumentException(
          "a text needs at least 2 tokens, [CLS] and [SEP]; found a limit of " + maximumLength);
    }
    Ids ids = new Ids(maximumLength - 1);
    ids.add(vocabulary.classId());
    addPieces(text, ids);
    return ids.closedBy(vocabulary.separatorId());
  }

  /**
   * How many ids a text has with {@code [CLS]} and {@code [SEP]} when nothing is cut.
   *
   * @throws InputException if the text has more than {@value #MAXIMUM_CHARACTERS} characters
   */
  public int length(String text) {
    return encode(text, Integer.MAX_VALUE).length;
  }

  private void addPieces(String text, Ids ids) {
    for (String word : WordSplitter.split(limited(text))) {
      if (ids.isFull()) {
        return;
      }
      addPiecesOfWord(word, ids);
    }
  }

  private static String limited(String text) {
    // UTF-16 length first: it is free and never below the number of code points.
    if (text.length() > MAXIMUM_CHARACTERS) {
      int characters = text.codePointCount(0, text.length());
      if (characters > MAXIMUM_CHARACTERS) {
        throw new InputException(
            "a text of %d characters; at most %d are allowed: \"%s…\""
                .formatted(
                    characters,
                    MAXIMUM_CHARACTERS,
                    text.substring(0, text.offsetByCodePoints(0, 40))));
      }
    }
    return text;
  }

  /** Longest match first; where no pieces spell the word to its end, the word is unknown. */
  private void addPiecesOfWord(String word, Ids ids) {
    if (word.codePointCount(0, word.length()) > MAXIMUM_WORD) {
      ids.add(vocabulary.unknownId());
      return;
    }
    int mark = ids.mark();
    for (int start = 0; start < word.length(); ) {
      int end = longestPieceEnd(word, start);
      if (end == start) {
        ids.reset(mark);
        ids.add(vocabulary.unknownId());
        return;
      }
      ids.add(vocabulary.idOrMinusOne(piece(word, start, end)));
      start = end;
    }
  }

  /** Where the longest piece from {@code start} ends; {@code start} itself if there is none. */
  private int longestPieceEnd(String word, int start) {
    int longest = vocabulary.longestToken();
    for (int end = Math.min(word.length(), start + longest); end > start; end--) {
      if (vocabulary.idOrMinusOne(piece(word, start, end)) >= 0) {
        return end;
      }
    }
    return start;
  }

  private static String piece(String word, int start, int end) {
    String characters = word.substring(start, end);
    return start == 0 ? characters : Vocabulary.CONTINUATION + characters;
  }

  /** Collects ids up to a limit and ignores what comes after it. */
  private static final class Ids {
    private final int limit;
    private int[] ids = new int[32];
    private int size;

    Ids(int limit) {
      this.limit = limit;
    }

    /** Ids past the limit are only counted: resetting to a mark must stay possible. */
    void add(int id) {
      if (size < limit) {
        if (size == ids.length) {
          ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size] = id;
      }
      size++;
    }

    boolean isFull() {
      return size >= limit;
    }

    int mark() {
      return size;
    }

    void reset(int mark) {
      size = mark;
    }

    int[] closedBy(int separator) {
      int kept = Math.min(size, limit);
      int[] closed = Arrays.copyOf(ids, kept + 1);
      closed[kept] = separator;
      return closed;
    }
  }
}

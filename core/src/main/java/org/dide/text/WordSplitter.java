package org.dide.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a text into lower-case words, single punctuation marks and single CJK ideographs, as
 * BERT's "basic tokenizer" does before words are cut into pieces (transformers 4.8.1, {@code
 * models/bert/tokenization_bert.py}, the "slow" one).
 *
 * <p>Special tokens such as {@code [MASK]} stay whole where white space stands on both sides of
 * them; anywhere else they are ordinary text.
 */
final class WordSplitter {
  private static final int REPLACEMENT_CHARACTER = 0xFFFD;

  private WordSplitter() {}

  /** The words of a text, none of them empty. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    for (String chunk : whitespaceSplit(clean(lowerOutsideSpecialTokens(text)))) {
      if (isSpecial(chunk)) {
        words.add(chunk);
      } else {
        splitPunctuation(stripAccents(lower(chunk)), words);
      }
    }
    return words;
  }

  static boolean isSpecial(String word) {
    return word.startsWith("[") && Vocabulary.SPECIAL_TOKENS.contains(word);
  }

  /** Removing control characters may later complete a special token; lower case forestalls that. */
  private static String lowerOutsideSpecialTokens(String text) {
    StringBuilder lowered = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); ) {
      String special = text.charAt(at) == '[' ? specialTokenAt(text, at) : "";
      if (special.isEmpty()) {
        int codePoint = text.codePointAt(at);
        lowered.appendCodePoint(Character.toLowerCase(codePoint));
        at += Character.charCount(codePoint);
      } else {
        lowered.append(special);
        at += special.length();
      }
    }
    return lowered.toString();
  }

  private static String specialTokenAt(String text, int at) {
    for (String special : Vocabulary.SPECIAL_TOKENS) {
      if (text.startsWith(special, at)) {
        return special;
      }
    }
    return "";
  }

  /** Drops control characters, makes every white space a blank, sets ideographs apart. */
  private static String clean(String text) {
    StringBuilder cleaned = new StringBuilder(text.length() + 8);
    text.codePoints()
        .forEach(
            codePoint -> {
              if (isWhitespace(codePoint)) {
                cleaned.append(' ');
              } else if (isIdeograph(codePoint)) {
                cleaned.append(' ').appendCodePoint(codePoint).append(' ');
              } else if (codePoint != REPLACEMENT_CHARACTER && !isControl(codePoint)) {
                cleaned.appendCodePoint(codePoint);
              }
            });
    return cleaned.toString();
  }

  private static List<String> whitespaceSplit(String cleaned) {
    List<String> chunks = new ArrayList<>();
    int start = 0;
    for (int at = 0; at <= cleaned.length(); at++) {
      if (at == cleaned.length() || cleaned.charAt(at) == ' ') {
        if (at > start) {
          chunks.add(cleaned.substring(start, at));
        }
        start = at + 1;
      }
    }
    return chunks;
  }

  /** Letter by letter: a capital sigma at a word's end becomes the medial form, as in BERT. */
  private static String lower(String chunk) {
    if (chunk.chars().allMatch(c -> c < 0x80 && !(c >= 'A' && c <= 'Z'))) {
      return chunk;
    }
    StringBuilder lowered = new StringBuilder(chunk.length());
    chunk.codePoints().map(Character::toLowerCase).forEach(lowered::appendCodePoint);
    return lowered.toString();
  }

  private static String stripAccents(String word) {
    if (word.chars().allMatch(c -> c < 0x80)) {
      return word;
    }
    StringBuilder stripped = new StringBuilder(word.length());
    Normalizer.normalize(word, Normalizer.Form.NFD)
        .codePoints()
        .filter(codePoint -> Character.getType(codePoint) != Character.NON_SPACING_MARK)
        .forEach(stripped::appendCodePoint);
    return stripped.toString();
  }

  private static void splitPunctuation(String word, List<String> words) {
    int start = 0;
    for (int at = 0; at < word.length(); ) {
      int codePoint = word.codePointAt(at);
      int next = at + Character.charCount(codePoint);
      if (isPunctuation(codePoint)) {
        if (at > start) {
          words.add(word.substring(start, at));
        }
        words.add(word.substring(at, next));
        start = next;
      }
      at = next;
    }
    if (start < word.length()) {
      words.add(word.substring(start));
    }
  }

  private static boolean isWhitespace(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> codePoint == '\t' || codePoint == '\n' || codePoint == '\r';
    };
  }

  /** Unicode's categories C*: control, format, surrogate, private use, unassigned. */
  private static boolean isControl(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE -> true;
      case Character.UNASSIGNED -> !isReservedForPictographs(codePoint);
      default -> false;
    };
  }

  /** Where new emoji are put: a text has the same tokens whether or not this Java knows them. */
  private static boolean isReservedForPictographs(int codePoint) {
    return codePoint >= 0x1F000 && codePoint <= 0x1FAFF;
  }

  /** ASCII's symbols, such as {@code $}, count as punctuation beside Unicode's categories P*. */
  private static boolean isPunctuation(int codePoint) {
    if (codePoint < 0x80) {
      return codePoint > ' ' && codePoint < 0x7F && !Character.isLetterOrDigit(codePoint);
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** The blocks of Chinese characters that BERT sets apart; not kana, not hangul. */
  private static boolean isIdeograph(int codePoint) {
    return (codePoint >= 0x4E00 && codePoint <= 0x9FFF)
        || (codePoint >= 0x3400 && codePoint <= 0x4DBF)
        || (codePoint >= 0x20000 && codePoint <= 0x2A6DF)
        || (codePoint >= 0x2A700 && codePoint <= 0x2B73F)
        || (codePoint >= 0x2B740 && codePoint <= 0x2B81F)
        || (codePoint >= 0x2B820 && codePoint <= 0x2CEAF)
        || (codePoint >= 0xF900 && codePoint <= 0xFAFF)
        || (codePoint >= 0x2F800 && codePoint <= 0x2FA1F);
  }
}

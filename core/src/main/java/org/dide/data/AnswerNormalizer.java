package org.dide.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Brings answers of VQA v2 into the form in which they are counted: lower case, without articles
 * and punctuation, numbers up to ten as digits, contractions with their apostrophes.
 *
 * <p>It follows the reference's word-normalising step, which follows the public VQA evaluation,
 * quirks included: they decide which 3,129 answers the published models know.
 */
public final class AnswerNormalizer {
  /** In the order in which the evaluation treats them; the order shows in odd mixtures. */
  private static final List<String> PUNCTUATION =
      List.of(
          ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@",
          "`", ",", "?", "!");

  private static final Pattern COMMA_BETWEEN_DIGITS = Pattern.compile("\\p{Nd},\\p{Nd}");
  private static final Pattern PERIOD_BEFORE_NO_DIGIT = Pattern.compile("\\.(?!\\p{Nd})");

  /** The evaluation hands a flag (32) where the number of replacements belongs. */
  private static final int MOST_PERIODS = 32;

  /** What Python's {@code split()} takes for white space. */
  private static final Pattern WHITESPACE =
      Pattern.compile(
          "[\\t-\\r\\x1C- \\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+");

  private static final Map<String, String> DIGITS =
      Map.ofEntries(
          Map.entry("none", "0"),
          Map.entry("zero", "0"),
          Map.entry("one", "1"),
          Map.entry("two", "2"),
          Map.entry("three", "3"),
          Map.entry("four", "4"),
          Map.entry("five", "5"),
          Map.entry("six", "6"),
          Map.entry("seven", "7"),
          Map.entry("eight", "8"),
          Map.entry("nine", "9"),
          Map.entry("ten", "10"));

  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  private AnswerNormalizer() {}

  /** The form of an answer that is counted; may be empty. */
  public static String normalize(String answer) {
    String words = withoutPeriods(withoutPunctuation(answer)).toLowerCase(Locale.ROOT);
    return Arrays.stream(WHITESPACE.split(words))
        .filter(word -> !word.isEmpty())
        .map(word -> DIGITS.getOrDefault(word, word))
        .filter(word -> !ARTICLES.contains(word))
        .map(word -> VqaContractions.SPELLINGS.getOrDefault(word, word))
        .collect(Collectors.joining(" "))
        .replace(",", "");
  }

  /** Marks beside a blank vanish, others part words; a number such as 3,000 makes all vanish. */
  private static String withoutPunctuation(String answer) {
    boolean hasGroupedNumber = COMMA_BETWEEN_DIGITS.matcher(answer).find();
    String remaining = answer;
    for (String mark : PUNCTUATION) {
      boolean vanishes =
          hasGroupedNumber || answer.contains(mark + " ") || answer.contains(" " + mark);
      remaining = remaining.replace(mark, vanishes ? "" : " ");
    }
    return remaining;
  }

  private static String withoutPeriods(String text) {
    Matcher matcher = PERIOD_BEFORE_NO_DIGIT.matcher(text);
    StringBuilder kept = new StringBuilder(text.length());
    for (int removed = 0; removed < MOST_PERIODS && matcher.find(); removed++) {
      matcher.appendReplacement(kept, "");
    }
    return matcher.appendTail(kept).toString();
  }
}

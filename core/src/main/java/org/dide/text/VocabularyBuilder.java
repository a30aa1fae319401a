package org.dide.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.dide.InputException;

/**
 * Makes a small vocabulary from training texts, for models that start from nothing.
 *
 * <p>In order: {@code [PAD]} (id 0), {@code [UNK]}, {@code [CLS]}, {@code [SEP]}, {@code [MASK]};
 * every character that begins a word or stands alone; every character that continues a word, with
 * {@code ##}; then whole words, the most frequent first and equally frequent ones in alphabetical
 * order, until the size is reached. The letters a–z and the digits are always among the characters,
 * so that any English word can be spelled. The order in which texts are added does not matter.
 */
public final class VocabularyBuilder {
  private static final int LONGEST_WORD = 100;

  private final List<String> first;
  private final int size;
  private final Map<String, Long> frequencies = new HashMap<>();

  /**
   * Starts without texts.
   *
   * @param size most tokens that the vocabulary may have
   */
  public VocabularyBuilder(int size) {
    this(Vocabulary.SPECIAL_TOKENS, size);
  }

  private VocabularyBuilder(List<String> first, int size) {
    this.first = first;
    this.size = size;
  }

  /**
   * Starts with a vocabulary, and without texts.
   *
   * @param size most tokens that the vocabulary may have, with those it has
   */
  public static VocabularyBuilder after(Vocabulary vocabulary, int size) {
    return new VocabularyBuilder(vocabulary.tokens(), size);
  }

  /** Counts the words of a text. */
  public VocabularyBuilder add(String text) {
    for (String word : WordSplitter.split(text)) {
      if (!WordSplitter.isSpecial(word) && word.codePointCount(0, word.length()) <= LONGEST_WORD) {
        frequencies.merge(word, 1L, Long::sum);
      }
    }
    return this;
  }

  /**
   * The vocabulary of all texts added so far.
   *
   * @throws InputException if the size is too small for what it begins with, special tokens and
   *     characters
   */
  public Vocabulary build() {
    Set<String> tokens = new LinkedHashSet<>(first);
    tokens.addAll(Vocabulary.SPECIAL_TOKENS);
    tokens.addAll(characters());
    if (tokens.size() > size) {
      throw new InputException(
          "a vocabulary of %d tokens is too small: it must have %d, special tokens, characters of these texts and what it begins with"
              .formatted(size, tokens.size()));
    }
    for (String word : wordsByFrequency()) {
      if (tokens.size() == size) {
        break;
      }
      tokens.add(word);
    }
    return Vocabulary.of(List.copyOf(tokens));
  }

  private List<String> characters() {
    Set<String> beginning = new TreeSet<>();
    Set<String> continuing = new TreeSet<>();
    "abcdefghijklmnopqrstuvwxyz0123456789"
        .chars()
        .mapToObj(Character::toString)
        .forEach(
            character -> {
              beginning.add(character);
              continuing.add(Vocabulary.CONTINUATION + character);
            });
    for (String word : frequencies.keySet()) {
      int first = word.offsetByCodePoints(0, 1);
      beginning.add(word.substring(0, first));
      word.substring(first)
          .codePoints()
          .forEach(c -> continuing.add(Vocabulary.CONTINUATION + Character.toString(c)));
    }
    List<String> characters = new ArrayList<>(beginning);
    characters.addAll(continuing);
    return characters;
  }

  private List<String> wordsByFrequency() {
    Comparator<Map.Entry<String, Long>> mostFrequentFirst =
        Map.Entry.<String, Long>comparingByValue().reversed();
    return frequencies.entrySet().stream()
        .sorted(mostFrequentFirst.thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .toList();
  }
}

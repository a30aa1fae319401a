package org.dide.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dide.InputException;
import org.junit.jupiter.api.Test;

class WordPieceTokenizerTest {
  private static final Vocabulary VOCABULARY =
      Vocabulary.of(
          List.of(
              "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "what", "colour", "is", "the", "zebra",
              "##s", "##ss", "?", "$", "中", "cafe", "o", "##σ", "a", "##a", "[", "]", "mask"));
  private final WordPieceTokenizer tokenizer = new WordPieceTokenizer(VOCABULARY);

  @Test
  void framesTextWithClassAndSeparator() {
    assertThat(tokens("What colour IS the zebra?", 40))
        .containsExactly("[CLS]", "what", "colour", "is", "the", "zebra", "?", "[SEP]");
    assertThat(tokens("", 40)).containsExactly("[CLS]", "[SEP]");
    assertThat(tokens(" \t\n\u3000", 40)).containsExactly("[CLS]", "[SEP]");
  }

  @Test
  void takesTheLongestPieceFirst() {
    assertThat(tokens("zebras zebrass zebrasss", 40))
        .containsExactly("[CLS]", "zebra", "##s", "zebra", "##ss", "zebra", "##ss", "##s", "[SEP]");
  }

  @Test
  void givesOneUnknownForAWordThatNoPiecesSpell() {
    assertThat(tokens("zebrasx is", 40)).containsExactly("[CLS]", "[UNK]", "is", "[SEP]");
  }

  @Test
  void stripsAccentsSplitsIdeographsAndAsciiSymbols() {
    assertThat(tokens("Café CAFE\u0301$中中is", 40))
        .containsExactly("[CLS]", "cafe", "cafe", "$", "中", "中", "is", "[SEP]");
  }

  @Test
  void removesControlCharactersWithoutSplitting() {
    assertThat(tokens("i\u0000s t\u200Bh\uFFFDe", 40))
        .containsExactly("[CLS]", "is", "the", "[SEP]");
  }

  /** U+1FAE8 came with Unicode 15, U+1FAFF with none so far; U+0378 is no pictograph. */
  @Test
  void keepsEmojiThatThisJavaDoesNotKnow() {
    assertThat(tokens("is \uD83E\uDEE8 \uD83E\uDEFF \u0378 the", 40))
        .containsExactly("[CLS]", "is", "[UNK]", "[UNK]", "the", "[SEP]");
  }

  @Test
  void cutsFromTheRight() {
    assertThat(tokens("what colour is the zebra?", 5))
        .containsExactly("[CLS]", "what", "colour", "is", "[SEP]");
    assertThat(tokens("zebrasss", 4)).containsExactly("[CLS]", "zebra", "##ss", "[SEP]");
    // The word is unknown as a whole, though its first pieces alone would have filled the limit.
    assertThat(tokens("zebrasssx", 4)).containsExactly("[CLS]", "[UNK]", "[SEP]");
    assertThat(tokens("what", 2)).containsExactly("[CLS]", "[SEP]");
  }

  @Test
  void knowsWordsOfUpToAHundredCharacters() {
    assertThat(tokenizer.encode("a".repeat(100), 200)).hasSize(102);
    assertThat(tokens("a".repeat(101), 200)).containsExactly("[CLS]", "[UNK]", "[SEP]");
  }

  @Test
  void keepsSpecialTokensOnlyWhereTheyStandAlone() {
    assertThat(tokens("what [MASK] is", 40))
        .containsExactly("[CLS]", "what", "[MASK]", "is", "[SEP]");
    assertThat(tokens("what[MASK]is [mask]", 40))
        .containsExactly("[CLS]", "what", "[", "mask", "]", "is", "[", "mask", "]", "[SEP]");
    assertThat(tokens("[MA\u0000SK]", 40)).containsExactly("[CLS]", "[", "mask", "]", "[SEP]");
  }

  @Test
  void refusesTextsPastTheLimit() {
    assertThat(tokenizer.encode("a ".repeat(5_000), 40)).hasSize(40);
    assertThat(tokenizer.encode("😀".repeat(10_000), 40)).hasSize(3);
    assertThatThrownBy(() -> tokenizer.encode("a".repeat(10_001), 40))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("10001 characters")
        .hasMessageContaining("at most 10000");
  }

  @Test
  void needsRoomForTheFrame() {
    assertThatThrownBy(() -> tokenizer.encode("what", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void givesIdsInRangeForAnyText(@ForAll String text, @ForAll @IntRange(min = 2, max = 60) int n) {
    int[] ids = tokenizer.encode(text, n);
    assertThat(ids.length).isBetween(2, n);
    assertThat(Arrays.stream(ids)).allMatch(id -> id >= 0 && id < VOCABULARY.size());
    assertThat(ids[0]).isEqualTo(VOCABULARY.classId());
    assertThat(ids[ids.length - 1]).isEqualTo(VOCABULARY.separatorId());
  }

  @Property
  void cutsAWholeEncodingAndNothingElse(
      @ForAll String text, @ForAll @IntRange(min = 2, max = 60) int n) {
    int[] whole = tokenizer.encode(text, Integer.MAX_VALUE);
    int[] cut = tokenizer.encode(text, n);
    assertThat(cut).hasSize(Math.min(n, whole.length));
    assertThat(tokenizer.length(text)).isEqualTo(whole.length);
    assertThat(Arrays.copyOf(cut, cut.length - 1)).isEqualTo(Arrays.copyOf(whole, cut.length - 1));
  }

  @Property
  void splitsItsOwnWordsIntoThemselves(@ForAll String text) {
    List<String> words = WordSplitter.split(text);
    assertThat(WordSplitter.split(String.join(" ", words))).isEqualTo(words);
  }

  @Property
  void doesNotMindWhiteSpaceAround(@ForAll String text) {
    assertThat(tokenizer.encode("\n " + text + "\t", 40)).isEqualTo(tokenizer.encode(text, 40));
  }

  private List<String> tokens(String text, int maximumLength) {
    return Arrays.stream(tokenizer.encode(text, maximumLength))
        .mapToObj(VOCABULARY::token)
        .toList();
  }
}

package org.dide.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import org.dide.InputException;
import org.junit.jupiter.api.Test;

class VocabularyBuilderTest {
  private static final int SPECIAL = 5;
  private static final int ALPHANUMERIC = 36;

  @Test
  void putsSpecialTokensThenCharactersThenFrequentWords() {
    Vocabulary vocabulary =
        new VocabularyBuilder(82).add("Dog cat, dog zoo").add("é ape cat dog [MASK]").build();
    assertThat(vocabulary.tokens().subList(0, SPECIAL))
        .containsExactly("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    // One more character than letters and digits: the comma. The accent is stripped from é.
    int words = SPECIAL + 2 * ALPHANUMERIC + 1;
    assertThat(vocabulary.tokens().subList(SPECIAL, words))
        .startsWith(",", "0", "1")
        .contains("a", "z", "##a", "##z", "##9")
        .doesNotContain("##,", "é");
    assertThat(vocabulary.tokens().subList(words, vocabulary.size()))
        .containsExactly("dog", "cat", "ape", "zoo");
  }

  @Test
  void stopsAtTheSize() {
    int characters = SPECIAL + 2 * ALPHANUMERIC;
    Vocabulary vocabulary = new VocabularyBuilder(characters + 1).add("dog cat dog").build();
    assertThat(vocabulary.tokens()).hasSize(characters + 1).endsWith("dog");
    assertThatThrownBy(() -> new VocabularyBuilder(characters - 1).build())
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("" + (characters - 1), "" + characters);
  }

  @Test
  void goesOnWithAVocabulary() {
    Vocabulary first = new VocabularyBuilder(100).add("dog dog cat").build();
    Vocabulary both = VocabularyBuilder.after(first, 100).add("a cat, an emu emu").build();
    assertThat(both.tokens().subList(0, first.size())).isEqualTo(first.tokens());
    assertThat(both.tokens().subList(first.size(), both.size()))
        .containsExactly(",", "emu", "an"); // letters and "cat" are there already
    assertThatThrownBy(() -> VocabularyBuilder.after(first, first.size()).add("!").build())
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("" + first.size(), "" + (first.size() + 1), "begins with");
  }

  @Property(tries = 200)
  void doesNotDependOnTheOrderOfTexts(@ForAll List<String> texts) {
    VocabularyBuilder forward = new VocabularyBuilder(100_000);
    VocabularyBuilder backward = new VocabularyBuilder(100_000);
    texts.forEach(forward::add);
    for (int i = texts.size() - 1; i >= 0; i--) {
      backward.add(texts.get(i));
    }
    assertThat(forward.build().tokens()).isEqualTo(backward.build().tokens());
  }

  @Property(tries = 200)
  void spellsEveryWordItHasSeenAndEveryEnglishOne(
      @ForAll String seen, @ForAll @AlphaChars String unseen) {
    Vocabulary vocabulary = new VocabularyBuilder(100_000).add(seen).build();
    WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary);
    for (String word : WordSplitter.split(seen)) {
      if (word.codePointCount(0, word.length()) <= 100) {
        assertThat(tokenizer.encode(word, 300)).doesNotContain(vocabulary.unknownId());
      }
    }
    if (unseen.length() <= 100) {
      assertThat(tokenizer.encode(unseen, 300)).doesNotContain(vocabulary.unknownId());
    }
  }
}

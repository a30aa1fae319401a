package org.dide.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.dide.InputException;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;

class WordHiderTest {
  private static final Vocabulary WORDS =
      Vocabulary.of(
          List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dog", "run", "##s", "##ning"));
  private static final int UNKNOWN = 1;
  private static final int MASK = 4;
  private static final int FIRST_ORDINARY = 5;

  /** Words of one to three pieces between [CLS] and [SEP]; now and then an unknown one. */
  private static int[] text(long seed, int length) {
    Draws draws = Draws.of(seed, "text");
    IntStream inner =
        IntStream.range(0, length)
            .map(i -> draws.nextInt(6) == 0 ? UNKNOWN : FIRST_ORDINARY + draws.nextInt(4));
    return IntStream.concat(IntStream.concat(IntStream.of(2), inner), IntStream.of(3)).toArray();
  }

  @Property(tries = 300)
  void whatIsHiddenCanBePutBack(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 12) int length,
      @ForAll @DoubleRange(min = 0.01, max = 1) double share,
      @ForAll boolean whole) {
    int[] tokens = text(seed, length);
    WordHider.Hidden hidden = new WordHider(WORDS, share, whole).hide(tokens, Draws.of(seed, "h"));
    int[] back = hidden.tokens().clone();
    for (int i = 0; i < hidden.places().length; i++) {
      back[hidden.places()[i]] = hidden.words()[i];
    }
    assertThat(back).isEqualTo(tokens);
    assertThat(Arrays.stream(hidden.words())).allMatch(word -> word >= FIRST_ORDINARY);
    assertThat(hidden.places()).isSorted().doesNotHaveDuplicates();
    boolean any = Arrays.stream(tokens).anyMatch(token -> token >= FIRST_ORDINARY);
    assertThat(hidden.places().length > 0).isEqualTo(any);
    assertThat(new WordHider(WORDS, share, whole).hide(tokens, Draws.of(seed, "h")))
        .usingRecursiveComparison()
        .isEqualTo(hidden);
  }

  @Property(tries = 200)
  void thePiecesOfAWordAreHiddenTogether(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int length) {
    int[] tokens = text(seed, length);
    WordHider.Hidden hidden = new WordHider(WORDS, 0.3, true).hide(tokens, Draws.of(seed, "h"));
    Set<Integer> places = new HashSet<>();
    Arrays.stream(hidden.places()).forEach(places::add);
    for (int i = 1; i < tokens.length; i++) {
      boolean continues = tokens[i] >= 7 && tokens[i - 1] >= FIRST_ORDINARY;
      if (continues) {
        assertThat(places.contains(i)).as("place %d", i).isEqualTo(places.contains(i - 1));
      }
    }
  }

  @Test
  void sharesAreBerts() {
    WordHider hider = new WordHider(WORDS, 0.15, false);
    Draws draws = Draws.of(1, "many");
    int[] tokens = new int[200];
    Arrays.fill(tokens, 5);
    Map<Integer, Integer> shown = new HashMap<>();
    int hidden = 0;
    for (int i = 0; i < 500; i++) {
      WordHider.Hidden text = hider.hide(tokens, draws);
      hidden += text.places().length;
      for (int place : text.places()) {
        shown.merge(text.tokens()[place], 1, Integer::sum);
      }
    }
    assertThat(hidden / 100_000.0).isCloseTo(0.15, within(0.005));
    double all = hidden;
    assertThat(shown.getOrDefault(MASK, 0) / all).isCloseTo(0.8, within(0.015));
    // A tenth stays, and of the tenth that is exchanged one in four happens to be the same.
    assertThat(shown.getOrDefault(5, 0) / all).isCloseTo(0.125, within(0.015));
    assertThat(shown.keySet()).containsExactlyInAnyOrder(MASK, 5, 6, 7, 8);
  }

  @Test
  void needsAMaskAndWords() {
    assertThatThrownBy(
            () ->
                new WordHider(
                    Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a")), 0.15, false))
        .isInstanceOf(InputException.class)
        .hasMessage("vocabulary: found no [MASK], which stands for hidden words");
    assertThatThrownBy(
            () ->
                new WordHider(
                    Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")),
                    0.15,
                    false))
        .isInstanceOf(InputException.class)
        .hasMessage("vocabulary: found nothing but special tokens");
  }
}

package org.dide.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dide.InputException;
import org.dide.distill.Layers.Chosen;
import org.dide.distill.Layers.Pair;
import org.dide.distill.Layers.Rule;
import org.junit.jupiter.api.Test;

class LayersTest {
  @Test
  void lastIsEachModelsOwn() {
    assertThat(Rule.LAST.pairs(3, 12)).containsExactly(new Pair(2, 11));
  }

  @Test
  void allPairsEqualDepths() {
    assertThat(Rule.ALL.pairs(2, 2)).containsExactly(new Pair(0, 0), new Pair(1, 1));
    assertThatThrownBy(() -> Rule.ALL.pairs(2, 3))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "losses: layers: found all for 2 layers of the student and 3 of the teacher, allowed"
                + " are last, even or a map");
  }

  @Test
  void evenSpreadsTheStudentsOverTheTeachers() {
    assertThat(Rule.EVEN.pairs(3, 12))
        .containsExactly(new Pair(0, 3), new Pair(1, 7), new Pair(2, 11));
    assertThat(Rule.EVEN.pairs(2, 3)).containsExactly(new Pair(0, 1), new Pair(1, 2));
  }

  @Property
  void evenKeepsTheOrderAndEndsWithTheLast(
      @ForAll @IntRange(min = 1, max = 50) int student,
      @ForAll @IntRange(min = 1, max = 50) int teacher) {
    List<Integer> chosen = Rule.EVEN.pairs(student, teacher).stream().map(Pair::teacher).toList();
    assertThat(chosen).hasSize(student).isSorted().allMatch(layer -> layer >= 0);
    assertThat(chosen.get(student - 1)).isEqualTo(teacher - 1);
    if (student <= teacher) {
      assertThat(chosen).doesNotHaveDuplicates();
    }
    if (student == teacher) {
      assertThat(Rule.EVEN.pairs(student, teacher)).isEqualTo(Rule.ALL.pairs(student, teacher));
    }
  }

  @Test
  void chosenOnesMustExist() {
    Layers chosen = Layers.of(Map.of("2", 3, "0", "1"));
    assertThat(chosen).isEqualTo(new Chosen(new TreeMap<>(Map.of(0, 1, 2, 3))));
    assertThat(chosen.pairs(3, 4)).containsExactly(new Pair(0, 1), new Pair(2, 3));
    for (int[] depths : new int[][] {{2, 4}, {3, 3}}) {
      assertThatThrownBy(() -> chosen.pairs(depths[0], depths[1]))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "losses: layers: found 2: 3, allowed are the student's 0 to %d and the teacher's 0 to %d"
                  .formatted(depths[0] - 1, depths[1] - 1));
    }
    Layers negative = Layers.of(Map.of("-1", 0));
    assertThatThrownBy(() -> negative.pairs(2, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found -1: 0");
  }

  @Test
  void readsWhatItWrites() {
    for (Layers layers :
        List.of(Rule.LAST, Rule.ALL, Rule.EVEN, new Chosen(new TreeMap<>(Map.of(1, 5))))) {
      assertThat(Layers.of(layers.written())).isEqualTo(layers);
    }
  }

  @Test
  void namesWhatIsAllowed() {
    for (Object value : List.of("first", 3, List.of(1, 2), Map.of("a", 1), Map.of("0", "b"))) {
      assertThatThrownBy(() -> Layers.of(value))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("losses: layers: found ")
          .hasMessageContaining("allowed are last, all, even, or a map such as {0: 1, 1: 3}");
    }
    assertThatThrownBy(() -> Layers.of(Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessage("losses: layers: found no pair, allowed is at least one");
  }
}

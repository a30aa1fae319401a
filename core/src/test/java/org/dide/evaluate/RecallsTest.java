package org.dide.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;

class RecallsTest {
  /** Sorts everything, the worst order among ties first, and looks where the right ones are. */
  @Property(tries = 200)
  void agreesWithSorting(
      @ForAll @IntRange(min = 1, max = 9) int pictures,
      @ForAll @IntRange(min = 1, max = 4) int mostCaptions,
      @ForAll @IntRange(min = 1, max = 6) int levels,
      @ForAll long seed) {
    Draws draws = Draws.of(seed, "recalls");
    int[] owners = owners(pictures, mostCaptions, draws);
    float[][] scores = new float[pictures][owners.length];
    for (float[] row : scores) {
      for (int text = 0; text < row.length; text++) {
        row[text] = draws.nextInt(levels); // few levels, so that many tie
      }
    }
    Recalls found = Recalls.of(scores(scores), owners, pictures);
    for (int i = 0; i < 3; i++) {
      int rank = List.of(1, 5, 10).get(i);
      int texts = 0;
      for (int text = 0; text < owners.length; text++) {
        float[] column = new float[pictures];
        for (int picture = 0; picture < pictures; picture++) {
          column[picture] = scores[picture][text];
        }
        int[] numbers = numbers(pictures);
        texts += isWithin(column, numbers, owners[text], rank) ? 1 : 0;
      }
      int found1 = 0;
      for (int picture = 0; picture < pictures; picture++) {
        found1 += isWithin(scores[picture], owners, picture, rank) ? 1 : 0;
      }
      assertThat(found.textToImage().get(i).rank()).isEqualTo(rank);
      assertThat(found.textToImage().get(i).recall())
          .isCloseTo((double) texts / owners.length, within(1e-12));
      assertThat(found.imageToText().get(i).recall())
          .isCloseTo((double) found1 / pictures, within(1e-12));
    }
  }

  @Test
  void givesNothingForScoringAllTheSame() {
    float[][] scores = new float[12][24];
    Recalls found = Recalls.of(scores(scores), owners(12, 2), 12);
    assertThat(found.mean()).isZero();
    for (float[] row : scores) {
      java.util.Arrays.fill(row, Float.NaN);
    }
    assertThat(Recalls.of(scores(scores), owners(12, 2), 12).mean()).isZero();
  }

  @Test
  void takesWhatRoundingPartsForATie() {
    float[][] scores = {{0.5f, 0.1f}, {0.1f, Math.nextUp(0.5f)}};
    assertThat(Recalls.of(scores(scores), new int[] {0, 1}, 2).textToImage().get(0).recall())
        .isEqualTo(1);
    scores[1][0] = 0.5f - 1e-7f;
    assertThat(Recalls.of(scores(scores), new int[] {0, 1}, 2).textToImage().get(0).recall())
        .isEqualTo(0.5);
  }

  @Test
  void chanceIsWhatRandomOrdersReach() {
    int[] owners = {0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 6, 6, 6};
    int pictures = 7;
    Recalls found = Recalls.of(scores(new float[pictures][owners.length]), owners, pictures);
    Random random = new Random(3);
    int rounds = 4000;
    double[] within = new double[3];
    List<Integer> order = new ArrayList<>();
    for (int owner : owners) {
      order.add(owner);
    }
    for (int round = 0; round < rounds; round++) {
      Collections.shuffle(order, random);
      for (int picture = 0; picture < pictures; picture++) {
        int place = order.indexOf(picture);
        for (int i = 0; i < 3; i++) {
          within[i] += place < List.of(1, 5, 10).get(i) ? 1.0 / pictures : 0;
        }
      }
    }
    for (int i = 0; i < 3; i++) {
      assertThat(found.imageToText().get(i).chance()).isCloseTo(within[i] / rounds, within(0.01));
    }
    assertThat(found.textToImage().stream().mapToDouble(Recalls.At::chance).toArray())
        .containsExactly(new double[] {1.0 / 7, 5.0 / 7, 1.0}, within(1e-12));
  }

  @Test
  void namesAndAddsThemUp() {
    float[][] scores = {{1, 0}, {0, 1}};
    Recalls found = Recalls.of(scores(scores), new int[] {0, 1}, 2);
    assertThat(found.figures().keySet())
        .containsExactly(
            "recall/i2t@1",
            "recall/i2t@5",
            "recall/i2t@10",
            "recall/t2i@1",
            "recall/t2i@5",
            "recall/t2i@10",
            "rsum");
    assertThat(found.figures().get("rsum")).isEqualTo(new Evaluation.Figure(600, 500));
    assertThat(found.mean()).isEqualTo(1);
  }

  private static boolean isWithin(float[] scores, int[] owners, int wanted, int rank) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      order.add(i);
    }
    order.sort(
        (a, b) ->
            scores[a] == scores[b]
                ? Boolean.compare(owners[a] == wanted, owners[b] == wanted)
                : Float.compare(scores[b], scores[a]));
    return order.stream().limit(rank).anyMatch(i -> owners[i] == wanted);
  }

  private static int[] numbers(int count) {
    return java.util.stream.IntStream.range(0, count).toArray();
  }

  private static int[] owners(int pictures, int each) {
    return java.util.stream.IntStream.range(0, pictures * each).map(i -> i / each).toArray();
  }

  private static int[] owners(int pictures, int most, Draws draws) {
    List<Integer> owners = new ArrayList<>();
    for (int picture = 0; picture < pictures; picture++) {
      for (int caption = 0; caption <= draws.nextInt(most); caption++) {
        owners.add(picture);
      }
    }
    Collections.shuffle(owners, new Random(draws.nextLong()));
    return owners.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Recalls.Scores scores(float[][] byPicture) {
    return new Recalls.Scores() {
      @Override
      public void eachText(Recalls.RowReader reader) {
        for (int text = 0; text < byPicture[0].length; text++) {
          float[] column = new float[byPicture.length];
          for (int picture = 0; picture < column.length; picture++) {
            column[picture] = byPicture[picture][text];
          }
          reader.read(text, column);
        }
      }

      @Override
      public void eachPicture(Recalls.RowReader reader) {
        for (int picture = 0; picture < byPicture.length; picture++) {
          reader.read(picture, byPicture[picture]);
        }
      }
    };
  }
}

package org.dide.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dide.model.Pairs;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;

class WrongPairsTest {
  /** Each text is about one of a few pictures, so that several match. */
  private static float[] targets(int batch, int pictures, long seed) {
    Draws draws = Draws.of(seed, "owners");
    int[] owners = IntStream.range(0, batch).map(i -> draws.nextInt(pictures)).toArray();
    float[] targets = new float[batch * batch];
    for (int cell = 0; cell < targets.length; cell++) {
      targets[cell] = owners[cell / batch] == owners[cell % batch] ? 1 : 0;
    }
    return targets;
  }

  @Property(tries = 300)
  void halfKeepTheirOwnAndTheRestGetAnothersPicture(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(min = 1, max = 9) int pictures) {
    float[] targets = targets(batch, pictures, seed);
    WrongPairs wrong = new WrongPairs(batch, targets);
    Pairs pairs = wrong.exchanged(Draws.of(seed, "draws"));
    assertThat(pairs.texts()).isEqualTo(Pairs.own(batch).texts());
    float[] labels = wrong.labels(pairs);
    long kept = IntStream.range(0, batch).filter(i -> pairs.pictures()[i] == i).count();
    boolean others = IntStream.range(0, batch).allMatch(text -> hasWrong(targets, batch, text));
    assertThat(kept).isEqualTo(others ? batch / 2 : kept).isGreaterThanOrEqualTo(batch / 2);
    for (int i = 0; i < batch; i++) {
      assertThat(labels[i]).isEqualTo(pairs.pictures()[i] == i ? 1 : 0);
    }
    assertThat(wrong.exchanged(Draws.of(seed, "draws")).pictures()).isEqualTo(pairs.pictures());
  }

  private static boolean hasWrong(float[] targets, int batch, int text) {
    return IntStream.range(0, batch).anyMatch(picture -> targets[text * batch + picture] == 0);
  }

  @Property(tries = 300)
  void hardPairsAreOwnOnesThenWrongOnes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(min = 1, max = 9) int pictures,
      @ForAll boolean bothWays) {
    float[] targets = targets(batch, pictures, seed);
    WrongPairs wrong = new WrongPairs(batch, targets);
    Draws similar = Draws.of(seed, "similar");
    float[] similarities = new float[batch * batch];
    for (int i = 0; i < similarities.length; i++) {
      similarities[i] = (float) (20 * similar.nextGaussian());
    }
    Pairs pairs = wrong.hard(similarities, bothWays, Draws.of(seed, "draws"));
    float[] labels = wrong.labels(pairs);
    int withWrong =
        (int) IntStream.range(0, batch).filter(text -> hasWrong(targets, batch, text)).count();
    assertThat(pairs.count()).isEqualTo(batch + (bothWays ? 2 : 1) * withWrong);
    for (int i = 0; i < labels.length; i++) {
      assertThat(labels[i]).as("pair %d", i).isEqualTo(i < batch ? 1 : 0);
    }
    assertThat(Arrays.copyOf(pairs.pictures(), batch)).isEqualTo(Pairs.own(batch).pictures());
  }

  /** By the softmax of row or column. */
  @Test
  void whatSeemsAlikeIsDrawnMoreOften() {
    float[] targets = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    float third = (float) Math.log(3);
    // Text 0 finds picture 2 three times as likely as 1; picture 0 finds text 1 so, beside 2.
    float[] similarities = {9, 0, third, third, 9, 0, 0, 0, 9};
    WrongPairs wrong = new WrongPairs(3, targets);
    int ofText = 0;
    int ofPicture = 0;
    int tries = 20_000;
    for (int i = 0; i < tries; i++) {
      Pairs pairs = wrong.hard(similarities, true, Draws.of(i, "draws"));
      assertThat(pairs.texts()[3]).isZero();
      assertThat(pairs.pictures()[6]).isZero();
      ofText += pairs.pictures()[3] == 2 ? 1 : 0;
      ofPicture += pairs.texts()[6] == 1 ? 1 : 0;
    }
    assertThat(ofText / (double) tries).isCloseTo(0.75, within(0.015));
    assertThat(ofPicture / (double) tries).isCloseTo(0.75, within(0.015));
  }
}

package org.dide.distill;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.dide.model.Pairs;
import org.dide.random.Draws;

/** Chooses the pairs that pre-training asks a model to match: right ones, and wrong ones. */
public final class WrongPairs {
  private final int batch;
  private final float[] targets;

  /**
   * For a batch.
   *
   * @param batch B texts
   * @param targets {@code (B * B)}, 1 where a text's row and a picture's column match
   */
  public WrongPairs(int batch, float[] targets) {
    this.batch = batch;
    this.targets = targets.clone();
  }

  /**
   * Half of the texts, drawn, with their own pictures, and half with another's, as ViLT has it. A
   * text keeps its own picture where the batch has no other.
   */
  public Pairs exchanged(Draws draws) {
    int[] pictures = IntStream.range(0, batch).toArray();
    int[] order = draws.permutation(batch);
    for (int place = batch / 2; place < batch; place++) {
      int text = order[place];
      int drawn = drawn(picture -> targets[text * batch + picture] == 0, picture -> 1, draws);
      pictures[text] = drawn < 0 ? text : drawn;
    }
    return new Pairs(IntStream.range(0, batch).toArray(), pictures);
  }

  /**
   * Every text with its own picture; every text with a wrong picture; and, if both ways are asked
   * for, every picture with a wrong text. The more alike a wrong pair seems, the likelier it is
   * drawn: as the softmax of similarities has it (ALBEF; Li et al., NeurIPS 2021).
   *
   * @param similarities {@code (B * B)}, of each text with each picture
   */
  public Pairs hard(float[] similarities, boolean bothWays, Draws draws) {
    Pairs pairs = Pairs.own(batch).then(wrong(similarities, false, draws));
    return bothWays ? pairs.then(wrong(similarities, true, draws)) : pairs;
  }

  /** Whether each of these pairs matches: 1 or 0. */
  public float[] labels(Pairs pairs) {
    float[] labels = new float[pairs.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = targets[pairs.texts()[i] * batch + pairs.pictures()[i]];
    }
    return labels;
  }

  /** For each text a picture, or for each picture a text, where there is a wrong one. */
  private Pairs wrong(float[] similarities, boolean byPicture, Draws draws) {
    List<Integer> rows = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      int row = i;
      IntUnaryOperator cell = j -> byPicture ? j * batch + row : row * batch + j;
      int other =
          drawn(
              j -> targets[cell.applyAsInt(j)] == 0, j -> similarities[cell.applyAsInt(j)], draws);
      if (other >= 0) {
        rows.add(row);
        others.add(other);
      }
    }
    int[] first = rows.stream().mapToInt(Integer::intValue).toArray();
    int[] second = others.stream().mapToInt(Integer::intValue).toArray();
    return byPicture ? new Pairs(second, first) : new Pairs(first, second);
  }

  /** One of those allowed, by the softmax of what they weigh; -1 if none is. */
  private int drawn(IntPredicate allowed, IntToDoubleFunction logit, Draws draws) {
    double point = draws.nextDouble(); // drawn even where nothing is allowed: what follows stays
    int[] candidates = IntStream.range(0, batch).filter(allowed).toArray();
    if (candidates.length == 0) {
      return -1;
    }
    double largest = Arrays.stream(candidates).mapToDouble(logit).max().orElse(0);
    double[] upTo = new double[candidates.length];
    double sum = 0;
    for (int i = 0; i < candidates.length; i++) {
      sum += Math.exp(logit.applyAsDouble(candidates[i]) - largest);
      upTo[i] = sum;
    }
    int chosen = 0;
    while (chosen < candidates.length - 1 && upTo[chosen] <= point * sum) {
      chosen++;
    }
    return candidates[chosen];
  }
}

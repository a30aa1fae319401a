package org.dide.model;

import static org.bytedeco.pytorch.global.torch.softmax;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Pools a picture's states to a few vectors, so that what is stored of a picture is of one size,
 * whatever the picture's. Each vector is a mean of states, weighted by what they are, as a learnt
 * query has it (Perceiver's resampler: Alayrac et al., NeurIPS 2022, section 3.1), and by where
 * they are: the nearer to a learnt centre the more.
 *
 * <p>Centres begin spread evenly over the picture, so that each vector begins as what one part of
 * it shows.
 */
final class StatePooling {
  /** By how much the weight's logarithm falls at first, a grid's step from a centre. */
  private static final double FALL = 4;

  private final Tensor queries;
  private final Tensor centres;
  private final Tensor falls;
  private final Linear key;

  StatePooling(ParameterSource source, Architecture architecture, int vectors) {
    int width = architecture.width();
    int rows = rows(vectors);
    int columns = vectors / rows;
    queries = source.parameter("queries", Initial.NORMAL, vectors, width);
    centres =
        source.parameter(
            "centres", (draws, values, shape) -> spread(rows, columns, values), vectors, 2);
    falls =
        source.parameter(
            "falls", (draws, values, shape) -> fall(rows, columns, values), vectors, 2);
    key = Linear.of(source, "key", width, width);
  }

  /** The most square grid of so many cells. */
  private static int rows(int cells) {
    int rows = (int) Math.sqrt((double) cells);
    while (cells % rows != 0) {
      rows--;
    }
    return rows;
  }

  private static void spread(int rows, int columns, float[] values) {
    for (int i = 0; i < rows * columns; i++) {
      values[2 * i] = (i % columns + 0.5f) / columns;
      values[2 * i + 1] = (Math.floorDiv(i, columns) + 0.5f) / rows;
    }
  }

  private static void fall(int rows, int columns, float[] values) {
    for (int i = 0; i < rows * columns; i++) {
      values[2 * i] = (float) (Math.sqrt(FALL) * columns);
      values[2 * i + 1] = (float) (Math.sqrt(FALL) * rows);
    }
  }

  /** The vectors {@code (B, K, D)} of pictures' states {@code (B, 1+N, D)}. */
  Memory pool(Encoded pictures) {
    Tensor states = pictures.states();
    Tensor alike =
        Heads.scores(
            Heads.split(queries.unsqueeze(0), 1),
            Heads.split(key.apply(states), 1),
            pictures.mask()); // (B, 1, K, 1+N)
    Tensor shares = softmax(alike.squeeze(1).sub(distances(pictures)), -1); // (B, K, 1+N)
    return Memory.pooled(shares.matmul(states), shares);
  }

  /** Squared, of each state from each centre, in the vector's own measure: {@code (B, K, 1+N)}. */
  private Tensor distances(Encoded pictures) {
    Tensor places = pictures.places().orElseThrow().unsqueeze(1); // (B, 1, 1+N, 2)
    return places
        .sub(centres.unsqueeze(1))
        .mul(falls.unsqueeze(1)) // (B, K, 1+N, 2)
        .square()
        .sum(new long[] {-1}, false, new ScalarTypeOptional());
  }
}

package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.full_like;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;

/**
 * Which texts of a batch a fusion encoder lays beside which pictures of it: for each offset, text i
 * beside picture i + offset, around the end. Each text so meets as many pictures as there are
 * offsets, each picture as many texts, and no pair is there twice. A training's batches are in
 * random order, so these are random pairs.
 *
 * @param offsets from 0, which is each text's own picture, all different
 */
public record Pairing(List<Integer> offsets) {
  /** Each text with its own picture. */
  public static final Pairing OWN = new Pairing(List.of(0));

  /** Keeps an unmodifiable copy of the list. */
  public Pairing {
    offsets = List.copyOf(offsets);
    if (offsets.isEmpty()
        || offsets.get(0) != 0
        || offsets.stream().distinct().count() < offsets.size()) {
      throw new IllegalArgumentException(
          "offsets: found " + offsets + ", allowed are 0 and others");
    }
  }

  /** Every text with every picture of a batch. */
  public static Pairing all(int batch) {
    return new Pairing(IntStream.range(0, batch).boxed().toList());
  }

  /**
   * Each text with its own picture and so many others, as many as there are if it is more.
   *
   * @param batch texts, at least 1
   */
  public static Pairing drawn(int batch, int others, Draws draws) {
    int[] order = draws.permutation(batch - 1);
    List<Integer> offsets = new ArrayList<>(List.of(0));
    Arrays.stream(order).limit(others).map(offset -> offset + 1).forEach(offsets::add);
    return new Pairing(offsets);
  }

  /**
   * Scores of each text with each picture.
   *
   * @param scores for each offset {@code (B)}, by text
   * @return {@code (B, B)}; minus infinity where a pair was not scored
   */
  Tensor matrix(List<Tensor> scores) {
    int batch = (int) scores.get(0).size(0);
    List<Tensor> rows = new ArrayList<>(scores);
    rows.add(full_like(scores.get(0).detach(), new Scalar(Double.NEGATIVE_INFINITY)));
    int[] rowOf = new int[batch];
    Arrays.fill(rowOf, offsets.size());
    for (int row = 0; row < offsets.size(); row++) {
      rowOf[offsets.get(row)] = row;
    }
    long[] source = new long[batch * batch];
    for (int cell = 0; cell < source.length; cell++) {
      int text = cell / batch;
      int offset = Math.floorMod(cell % batch - text, batch);
      source[cell] = (long) rowOf[offset] * batch + text;
    }
    return cat(new TensorVector(rows.toArray(Tensor[]::new)), 0) // (offsets + 1) * B
        .index_select(0, placed(source, scores.get(0)))
        .view(batch, batch); // (B, B)
  }

  /** The entries of a matrix {@code (B, B)} that belong to these pairs, {@code (B * offsets)}. */
  public Tensor entries(Tensor matrix) {
    int batch = (int) matrix.size(0);
    long[] cells =
        offsets.stream()
            .flatMapToLong(
                offset ->
                    IntStream.range(0, batch)
                        .mapToLong(text -> (long) text * batch + (text + offset) % batch))
            .toArray();
    return matrix.flatten().index_select(0, placed(cells, matrix));
  }

  private static Tensor placed(long[] index, Tensor beside) {
    return Device.of(beside).place(Tensors.of(index, index.length));
  }
}

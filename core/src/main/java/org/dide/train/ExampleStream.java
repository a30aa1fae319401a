package org.dide.train;

import org.dide.data.Dataset;
import org.dide.random.Draws;

/**
 * The endless order in which a training sees its data: one random permutation after another. The
 * n-th example depends on the seed and n only.
 */
final class ExampleStream {
  /**
   * Where an example stands.
   *
   * @param epoch times the data was seen in full before
   * @param index position in the data set
   */
  record Position(int epoch, int index) {}

  private final int size;
  private final long seed;
  private int epoch = -1;
  private int[] order = new int[0];

  ExampleStream(Dataset dataset, long seed) {
    this.size = dataset.size();
    this.seed = seed;
  }

  /** Where the n-th example of the training stands; cheap when asked in order. */
  synchronized Position position(long n) {
    int wanted = Math.toIntExact(n / size);
    if (wanted != epoch) {
      order = Draws.of(seed, "order", wanted).permutation(size);
      epoch = wanted;
    }
    return new Position(wanted, order[(int) (n % size)]);
  }
}

package org.dide.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.data.Dataset;
import org.dide.data.Picture;
import org.dide.random.Draws;

/**
 * The endless order in which a training sees its data: one random permutation after another, of
 * examples or of pictures with all examples about each. The n-th example depends on the seed and n
 * only.
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
  private final List<List<Integer>> groups; // empty: each example by itself
  private final long seed;
  private int epoch = -1;
  private int[] order = new int[0];

  /**
   * A stream.
   *
   * @param byPicture whether the examples about one picture, or one pair, stand together
   */
  ExampleStream(Dataset dataset, boolean byPicture, long seed) {
    this.size = dataset.size();
    this.groups = byPicture ? groups(dataset) : List.of();
    this.seed = seed;
  }

  /** Where the n-th example of the training stands; cheap when asked in order. */
  synchronized Position position(long n) {
    int wanted = Math.toIntExact(n / size);
    if (wanted != epoch) {
      order = order(Draws.of(seed, "order", wanted));
      epoch = wanted;
    }
    return new Position(wanted, order[(int) (n % size)]);
  }

  private int[] order(Draws draws) {
    if (groups.isEmpty()) {
      return draws.permutation(size);
    }
    int[] indices = new int[size];
    int next = 0;
    for (int group : draws.permutation(groups.size())) {
      for (int index : groups.get(group)) {
        indices[next++] = index;
      }
    }
    return indices;
  }

  private static List<List<Integer>> groups(Dataset dataset) {
    Map<List<String>, List<Integer>> byPictures = new LinkedHashMap<>();
    for (int index = 0; index < dataset.size(); index++) {
      List<String> names =
          dataset.example(0, index).pictures().stream().map(Picture::name).toList();
      byPictures.computeIfAbsent(names, key -> new ArrayList<>()).add(index);
    }
    return List.copyOf(byPictures.values());
  }
}

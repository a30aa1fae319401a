package org.dide.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Mix;
import org.dide.data.Picture;
import org.dide.data.Stretches;
import org.dide.random.Draws;

/**
 * The endless order in which a training sees its data: one random permutation after another, of
 * examples or of pictures with all examples about each. The n-th example depends on the seed and n
 * only.
 *
 * <p>Data that lies in {@link Stretches} is read stretch after stretch, in a random order, through
 * a buffer: each example is drawn from the next so many that have not been seen. A {@link Mix} has
 * a stream for each part, by its weight; see {@link MixedStream}.
 *
 * <p>For one thread.
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
  private final Optional<MixedStream> mixed;
  private final Optional<Stretches> stretches;
  private final List<List<Integer>> groups; // empty: each example by itself
  private final long seed;
  private int epoch = -1;
  private int[] order = new int[0];

  /**
   * A stream.
   *
   * @param byPicture whether the examples about one picture, or one pair, stand together
   * @throws InputException if they shall and the data lies in stretches
   */
  ExampleStream(Dataset dataset, boolean byPicture, long seed) {
    this.size = dataset.size();
    this.mixed =
        dataset instanceof Mix mix
            ? Optional.of(new MixedStream(mix, byPicture, seed))
            : Optional.empty();
    this.stretches = dataset.stretches();
    if (byPicture && stretches.isPresent()) {
      throw new InputException(
          "batch.by-picture: found true; allowed is false where data is read in stretches, as %s is"
              .formatted(dataset.name()));
    }
    this.groups = byPicture && mixed.isEmpty() ? groups(dataset) : List.of();
    this.seed = seed;
  }

  /** Where the n-th example of the training stands; cheap when asked in order. */
  Position position(long n) {
    if (mixed.isPresent()) {
      return mixed.get().position(n);
    }
    int wanted = Math.toIntExact(n / size);
    if (wanted != epoch) {
      order = order(Draws.of(seed, "order", wanted));
      epoch = wanted;
    }
    return new Position(wanted, order[(int) (n % size)]);
  }

  private int[] order(Draws draws) {
    if (stretches.isPresent()) {
      return throughBuffer(inStretches(stretches.get().sizes(), draws), draws);
    }
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

  /** All positions, one stretch after another, in a random order of stretches. */
  private int[] inStretches(List<Integer> sizes, Draws draws) {
    int[] starts = new int[sizes.size() + 1];
    for (int i = 0; i < sizes.size(); i++) {
      starts[i + 1] = starts[i] + sizes.get(i);
    }
    int[] indices = new int[size];
    int next = 0;
    for (int stretch : draws.permutation(sizes.size())) {
      for (int index = starts[stretch]; index < starts[stretch + 1]; index++) {
        indices[next++] = index;
      }
    }
    return indices;
  }

  /**
   * Each next one is drawn from those in the buffer, where the next to come then takes its place.
   */
  private int[] throughBuffer(int[] incoming, Draws draws) {
    int held = Math.min(stretches.orElseThrow().buffer(), size);
    int[] buffer = Arrays.copyOf(incoming, held);
    int[] outgoing = new int[size];
    int next = held;
    for (int i = 0; i < size; i++) {
      int drawn = draws.nextInt(held);
      outgoing[i] = buffer[drawn];
      buffer[drawn] = next < size ? incoming[next++] : buffer[--held];
    }
    return outgoing;
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

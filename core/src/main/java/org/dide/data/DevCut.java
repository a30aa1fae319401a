package org.dide.data;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.random.Draws;

/**
 * Training examples parted in two where the data has no dev part. What belongs together stays
 * together, so that no picture, or whatever else the key names, stands in both.
 *
 * @param train what models learn from
 * @param dev what they are chosen by
 */
record DevCut(List<Example> train, List<Example> dev) {
  /**
   * Cuts. Which keys become dev is a pure function of the keys, the fraction and the data's name.
   *
   * @param key equal for examples that belong together
   * @param fraction of the keys that become dev, in [0, 1)
   * @param name of the data
   * @throws InputException if the fraction is another
   */
  static DevCut of(
      List<Example> examples, Function<Example, String> key, double fraction, String name) {
    requireFraction(fraction);
    // Sorted, so that neither the order of the records nor that of the files matters.
    List<String> keys =
        List.copyOf(examples.stream().map(key).collect(Collectors.toCollection(TreeSet::new)));
    int[] order = Draws.of(0, name + " dev").permutation(keys.size());
    Set<String> chosen = new HashSet<>();
    for (int i = 0; i < Math.round(fraction * keys.size()); i++) {
      chosen.add(keys.get(order[i]));
    }
    Map<Boolean, List<Example>> byDev =
        examples.stream()
            .collect(Collectors.partitioningBy(example -> chosen.contains(key.apply(example))));
    return new DevCut(byDev.getOrDefault(false, List.of()), byDev.getOrDefault(true, List.of()));
  }

  /**
   * Refuses what is no fraction, before files are read.
   *
   * @throws InputException saying so
   */
  static void requireFraction(double fraction) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new InputException(
          "dev fraction: found %s; allowed: at least 0 and below 1".formatted(fraction));
    }
  }

  /** The two parts with a test part, of data of that name. */
  Splits with(List<Example> test, String name) {
    return Splits.of(name, Map.of(Split.TRAIN, train, Split.DEV, dev, Split.TEST, test));
  }
}

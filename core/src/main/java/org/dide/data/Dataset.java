package org.dide.data;

import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Examples by position. Position and epoch determine the example completely, so that any order,
 * shard or resumed run sees the same ones.
 */
public interface Dataset {
  /** Names the data in reports and provenance, such as {@code easy-vqa/train}. */
  String name();

  /** The name without the part's: {@code easy-vqa} of {@code easy-vqa/train}. */
  default String collection() {
    int slash = name().lastIndexOf('/');
    return slash < 0 ? name() : name().substring(0, slash);
  }

  /** Examples in one epoch. */
  int size();

  /**
   * The example at a position. Data on disk ignores the epoch; generated data draws anew in each.
   * Safe to call from several threads.
   *
   * @param epoch from 0
   * @param index in [0, size)
   */
  Example example(int epoch, int index);

  /** Where examples lie together, if that matters to whoever chooses an order; else nothing. */
  default Optional<Stretches> stretches() {
    return Optional.empty();
  }

  /** All examples of an epoch, in order. */
  default Stream<Example> stream(int epoch) {
    return IntStream.range(0, size()).mapToObj(index -> example(epoch, index));
  }
}

package org.dide.data;

import java.util.List;

/**
 * How examples lie on the disk, which reads fast only what lies together: in which stretches, such
 * as shards, and how many examples a training may hold places of to mix them.
 *
 * @param sizes examples of each stretch, in the order of the data; they add up to all
 * @param buffer examples among which the next one is drawn, at least 1
 */
public record Stretches(List<Integer> sizes, int buffer) {
  /** Keeps an unmodifiable copy of the list. */
  public Stretches {
    sizes = List.copyOf(sizes);
  }
}

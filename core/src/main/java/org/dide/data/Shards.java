package org.dide.data;

import java.util.Arrays;
import java.util.List;

/** Numbers of pictures that go on from file to file. */
final class Shards {
  private Shards() {}

  /** The number of each file's first picture, and the number behind the last. */
  static int[] starts(List<Integer> sizes) {
    int[] starts = new int[sizes.size() + 1];
    for (int i = 0; i < sizes.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], sizes.get(i));
    }
    return starts;
  }

  /** The file that a picture is in. */
  static int of(int picture, int[] starts) {
    int found = Arrays.binarySearch(starts, picture);
    if (found < 0) {
      return -found - 2;
    }
    while (starts[found + 1] == picture) {
      found++; // files without pictures begin where the next one does
    }
    return found;
  }
}

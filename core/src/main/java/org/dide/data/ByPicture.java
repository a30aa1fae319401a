package org.dide.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Examples that stand together where they are about the same pictures, in the order in which these
 * first appear. The pictures are looked for, and kept, once.
 */
final class ByPicture {
  private final Map<String, List<Example>> groups = new LinkedHashMap<>();

  /**
   * Adds an example.
   *
   * @param key names its pictures
   * @param pictures finds them; asked for the first example of that key only
   * @param example makes it of them
   */
  void add(String key, Supplier<List<Picture>> pictures, Function<List<Picture>, Example> example) {
    List<Example> group = groups.getOrDefault(key, new ArrayList<>());
    group.add(example.apply(group.isEmpty() ? pictures.get() : group.get(0).pictures()));
    groups.put(key, group);
  }

  /** All of them. */
  List<Example> examples() {
    return groups.values().stream().flatMap(List::stream).toList();
  }
}

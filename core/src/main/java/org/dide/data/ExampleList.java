package org.dide.data;

import java.util.List;
import java.util.function.Predicate;

/**
 * Examples that a reader has found, the same in each epoch.
 *
 * @param name names the data in reports and provenance, such as {@code easy-vqa/train}
 * @param examples in the order of the files
 */
public record ExampleList(String name, List<Example> examples) implements Dataset {
  /** Keeps an unmodifiable copy of the list. */
  public ExampleList {
    examples = List.copyOf(examples);
  }

  /** The same list with some of its examples only. */
  ExampleList where(Predicate<Example> kept) {
    return new ExampleList(name, examples.stream().filter(kept).toList());
  }

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public Example example(int epoch, int index) {
    return examples.get(index);
  }
}

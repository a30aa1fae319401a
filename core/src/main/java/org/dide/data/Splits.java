package org.dide.data;

import java.util.List;

/**
 * The three parts of a data set. A part that the data lacks is empty.
 *
 * @param train what models learn from
 * @param dev what they are chosen by
 * @param test what is looked at once, at the end
 */
public record Splits(Dataset train, Dataset dev, Dataset test) {
  /** Parts without examples, of a data set of that name. */
  public static Splits empty(String name) {
    return new Splits(
        new ExampleList(name + "/train", List.of()),
        new ExampleList(name + "/dev", List.of()),
        new ExampleList(name + "/test", List.of()));
  }

  /** One of the parts. */
  public Dataset part(Split split) {
    return switch (split) {
      case TRAIN -> train;
      case DEV -> dev;
      case TEST -> test;
    };
  }

  /** All parts: train, dev, test. */
  public List<Dataset> parts() {
    return List.of(train, dev, test);
  }
}

package org.dide.data;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dide.InputException;

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
    return of(name, Map.of());
  }

  /** Parts of a data set of that name, named after it; one that is missing is empty. */
  static Splits of(String name, Map<Split, List<Example>> parts) {
    return new Splits(
        list(name, Split.TRAIN, parts),
        list(name, Split.DEV, parts),
        list(name, Split.TEST, parts));
  }

  private static ExampleList list(String name, Split split, Map<Split, List<Example>> parts) {
    return new ExampleList(name + "/" + split, parts.getOrDefault(split, List.of()));
  }

  /**
   * Reads part by part; one that cannot be read is a problem, and empty.
   *
   * @param name of the data set
   */
  static Splits readEach(String name, ProblemListener problems, Function<Split, Dataset> reader) {
    return new Splits(
        readOne(name, Split.TRAIN, problems, reader),
        readOne(name, Split.DEV, problems, reader),
        readOne(name, Split.TEST, problems, reader));
  }

  private static Dataset readOne(
      String name, Split split, ProblemListener problems, Function<Split, Dataset> reader) {
    try {
      return reader.apply(split);
    } catch (InputException unreadable) {
      problems.onProblem(unreadable);
      return empty(name).part(split);
    }
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

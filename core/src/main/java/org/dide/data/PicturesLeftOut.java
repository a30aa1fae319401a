package org.dide.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Names of pictures that are not to be trained on, such as those that another data set tests with.
 * A name means a picture whose own name is the same, or whose file's name is, with its ending or
 * without.
 */
public final class PicturesLeftOut {
  private static final int SHOWN = 3;

  private final Set<String> names = new HashSet<>();
  private final Set<String> met = new HashSet<>();
  private final Set<String> pictures = new HashSet<>();
  private int examples;

  private PicturesLeftOut() {}

  /**
   * Reads lists.
   *
   * @param files text files with one name a line; blank lines are skipped
   * @throws org.dide.InputException if one cannot be read
   */
  public static PicturesLeftOut read(List<String> files) {
    PicturesLeftOut read = new PicturesLeftOut();
    for (String file : files) {
      TextFiles.lines(Path.of(file)).stream()
          .map(line -> line.strip().replace('\\', '/'))
          .filter(line -> !line.isEmpty())
          .forEach(read.names::add);
    }
    return read;
  }

  /**
   * The same data, whose train is without these pictures.
   *
   * @param problems hears how many were left out, and of names of no picture
   */
  public Splits of(Splits splits, ProblemListener problems) {
    if (names.isEmpty()) {
      return splits;
    }
    Dataset train = leftOf(splits.train());
    tell(splits.dev());
    tell(splits.test());
    problems.onLeftOut(
        "data.without: %d pictures, %d examples of %s are left out"
            .formatted(pictures.size(), examples, train.name()));
    List<String> unknown = new ArrayList<>(names);
    unknown.removeAll(met);
    if (!unknown.isEmpty()) {
      String told =
          "data.without: %d of %d names are those of no picture, such as %s"
              .formatted(
                  unknown.size(),
                  names.size(),
                  String.join(", ", unknown.stream().sorted().limit(SHOWN).toList()));
      LoggerFactory.getLogger(PicturesLeftOut.class)
          .warn("{}", told); // perhaps it is the wrong file
      problems.onLeftOut(told);
    }
    return new Splits(train, splits.dev(), splits.test());
  }

  private Dataset leftOf(Dataset data) {
    if (data instanceof CaptionedExamples captioned) {
      return captioned.without(this);
    }
    if (data instanceof Mix mix) {
      return mix.map(this::leftOf);
    }
    if (data instanceof ExampleList list) {
      return list.where(
          example -> example.pictures().stream().noneMatch(each -> leaveOut(each.name(), 1)));
    }
    return data; // drawn, and so of no file
  }

  private void tell(Dataset data) {
    if (data instanceof CaptionedExamples captioned) {
      captioned.tell(this);
    } else if (data instanceof Mix mix) {
      mix.parts().forEach(this::tell);
    } else if (data instanceof ExampleList list) {
      list.examples().forEach(example -> example.pictures().forEach(each -> isNamed(each.name())));
    }
  }

  /** Whether a picture is named; if so, it is counted with its examples. */
  boolean leaveOut(String picture, int itsExamples) {
    if (!isNamed(picture)) {
      return false;
    }
    pictures.add(picture);
    examples += itsExamples;
    return true;
  }

  /** Whether a picture is named. */
  boolean isNamed(String picture) {
    String file = picture.substring(picture.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    boolean named = isMet(picture);
    named |= isMet(file);
    named |= dot > 0 && isMet(file.substring(0, dot));
    return named;
  }

  private boolean isMet(String name) {
    boolean named = names.contains(name);
    if (named) {
      met.add(name);
    }
    return named;
  }
}

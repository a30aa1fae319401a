package org.dide.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.dide.random.Draws;

/**
 * Some of many captioned pictures as examples: one for each caption, those of one picture behind
 * each other. Only numbers are held, eight bytes a picture.
 */
final class CaptionedExamples implements Dataset {
  private final String name;
  private final Captioned source;
  private final int buffer;
  private final int[] pictures;
  private final int[] starts; // of each picture's examples, and behind the last

  /**
   * Examples of pictures.
   *
   * @param buffer examples among which a training draws the next one, where they lie in few files
   * @param pictures by number, rising
   */
  CaptionedExamples(String name, Captioned source, int buffer, int[] pictures) {
    this.name = name;
    this.source = source;
    this.buffer = buffer;
    this.pictures = pictures.clone();
    this.starts = new int[pictures.length + 1];
    for (int i = 0; i < pictures.length; i++) {
      starts[i + 1] = Math.addExact(starts[i], source.captions(pictures[i]));
    }
  }

  /**
   * The parts of captioned pictures.
   *
   * @param parts of each picture, by number
   * @param devFraction of train that becomes dev, about, where no picture is said to be of dev
   */
  static Splits splits(
      String name, Captioned source, List<Split> parts, double devFraction, int buffer) {
    DevCut.requireFraction(devFraction);
    boolean[] cut =
        parts.contains(Split.DEV) ? new boolean[parts.size()] : cut(source, parts, devFraction);
    return new Splits(
        part(name, Split.TRAIN, source, buffer, i -> parts.get(i) == Split.TRAIN && !cut[i]),
        part(name, Split.DEV, source, buffer, i -> parts.get(i) == Split.DEV || cut[i]),
        part(name, Split.TEST, source, buffer, i -> parts.get(i) == Split.TEST));
  }

  private static Dataset part(
      String name, Split split, Captioned source, int buffer, IntPredicate belongs) {
    int[] pictures = IntStream.range(0, source.pictures()).filter(belongs).toArray();
    return new CaptionedExamples(name + "/" + split, source, buffer, pictures);
  }

  /**
   * Which of train's pictures become dev. Each is drawn by its own id: what was trained on stays
   * train when pictures are added. Of very few pictures, one at least is drawn and one is not.
   */
  private static boolean[] cut(Captioned source, List<Split> parts, double fraction) {
    boolean[] cut = new boolean[parts.size()];
    if (fraction == 0) {
      return cut;
    }
    int[] train =
        IntStream.range(0, parts.size()).filter(i -> parts.get(i) == Split.TRAIN).toArray();
    double[] drawn =
        Arrays.stream(train)
            .mapToDouble(i -> Draws.of(0, "dev " + source.id(i)).nextDouble())
            .toArray();
    double[] sorted = Arrays.stream(drawn).sorted().toArray();
    int below = (int) Arrays.stream(drawn).filter(each -> each < fraction).count();
    int least = Math.round(fraction * train.length) > 0 ? 1 : 0;
    int size = Math.min(Math.max(below, least), train.length - 1);
    for (int i = 0; i < train.length; i++) {
      cut[train[i]] = size > 0 && drawn[i] <= sorted[size - 1];
    }
    return cut;
  }

  /** The same without some pictures. */
  CaptionedExamples without(PicturesLeftOut names) {
    int[] left =
        Arrays.stream(pictures)
            .filter(picture -> !names.leaveOut(source.name(picture), source.captions(picture)))
            .toArray();
    return new CaptionedExamples(name, source, buffer, left);
  }

  /** Tells what there is, so that no name of it is taken for one of nothing. */
  void tell(PicturesLeftOut names) {
    Arrays.stream(pictures).forEach(picture -> names.isNamed(source.name(picture)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return starts[pictures.length];
  }

  @Override
  public Example example(int epoch, int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException("%s has no example %d".formatted(name, index));
    }
    int found = Arrays.binarySearch(starts, index);
    int place = found >= 0 ? found : -found - 2;
    int picture = pictures[place];
    String id = source.id(picture);
    return new Example(
        source.captions(picture) == 1 ? id : "%s#%d".formatted(id, index - starts[place]),
        List.of(source.picture(picture)),
        source.caption(picture, index - starts[place]),
        new Label.Described(),
        "");
  }

  @Override
  public Optional<Stretches> stretches() {
    List<Integer> sizes = new ArrayList<>();
    int file = -1;
    for (int i = 0; i < pictures.length; i++) {
      int its = source.file(pictures[i]);
      if (its < 0) {
        return Optional.empty();
      }
      if (its != file) {
        sizes.add(0);
        file = its;
      }
      int last = sizes.size() - 1;
      sizes.set(last, sizes.get(last) + starts[i + 1] - starts[i]);
    }
    return pictures.length == 0 ? Optional.empty() : Optional.of(new Stretches(sizes, buffer));
  }
}

package org.dide.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.dide.InputException;
import org.dide.image.RgbImage;

/**
 * Several data sets as one. By position, they lie one behind the other; a training goes through
 * them side by side, and each gets the share of the examples that its weight is of all weights.
 *
 * @param name names the data in reports and provenance
 * @param parts the data sets
 * @param weights one for each part, above 0
 */
public record Mix(String name, List<Dataset> parts, List<Double> weights) implements Dataset {
  /** Keeps unmodifiable copies of the lists. */
  public Mix {
    parts = List.copyOf(parts);
    weights = List.copyOf(weights);
    if (parts.size() != weights.size()) {
      throw new IllegalArgumentException(
          "%d parts with %d weights".formatted(parts.size(), weights.size()));
    }
  }

  /** The same mix of what becomes of its parts. */
  Mix map(UnaryOperator<Dataset> change) {
    return new Mix(name, parts.stream().map(change).toList(), weights);
  }

  /**
   * How many of so many examples come from each part: its share, rounded so that they add up.
   *
   * @throws InputException if a part that should give some has none
   */
  public List<Integer> shares(int examples) {
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    List<Integer> shares = new ArrayList<>();
    double soFar = 0;
    int given = 0;
    for (int part = 0; part < parts.size(); part++) {
      soFar += weights.get(part);
      int upTo = (int) Math.round(examples * (soFar / total));
      if (upTo > given && parts.get(part).size() == 0) {
        throw new InputException("%s: has no examples to mix".formatted(parts.get(part).name()));
      }
      shares.add(upTo - given);
      given = upTo;
    }
    return shares;
  }

  /** Where a part's examples begin. */
  public int start(int part) {
    return parts.subList(0, part).stream().mapToInt(Dataset::size).sum();
  }

  @Override
  public int size() {
    return parts.stream().mapToInt(Dataset::size).reduce(0, Math::addExact);
  }

  @Override
  public Example example(int epoch, int index) {
    int left = index;
    for (int part = 0; part < parts.size(); part++) {
      if (left < parts.get(part).size()) {
        return ofPart(part, parts.get(part).example(epoch, left));
      }
      left -= parts.get(part).size();
    }
    throw new IndexOutOfBoundsException("%s has no example %d".formatted(name, index));
  }

  /** Two downloads name their pictures alike; in a mix each has its data set before its name. */
  private Example ofPart(int part, Example example) {
    String prefix = "%d-%s/".formatted(part + 1, parts.get(part).collection());
    return example.as(
        prefix + example.id(),
        example.pictures().stream()
            .<Picture>map(picture -> new OfPart(prefix + picture.name(), picture))
            .toList());
  }

  private record OfPart(String name, Picture picture) implements Picture {
    @Override
    public RgbImage load() {
      return picture.load();
    }
  }
}

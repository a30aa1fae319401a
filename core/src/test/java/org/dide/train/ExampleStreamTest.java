package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.dide.data.Mix;
import org.dide.data.Picture;
import org.dide.data.Stretches;
import org.dide.image.RgbImage;
import org.junit.jupiter.api.Test;

class ExampleStreamTest {
  private static final int EPOCHS = 3;

  @Property(tries = 200)
  void goesFromPictureToPicture(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 6) Integer> pictures,
      @ForAll long seed) {
    ExampleStream stream = new ExampleStream(about(pictures), true, seed);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      List<Integer> order = epoch(stream, epoch, pictures.size());
      assertThat(order)
          .as("each once")
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, pictures.size()).boxed().toList());
      assertThat(stretches(order.stream().map(pictures::get).toList()))
          .as("the examples of a picture in one stretch")
          .isEqualTo(new HashSet<>(pictures).size());
    }
  }

  @Property(tries = 50)
  void theOrderChangesWithTheSeedAndTheEpoch(@ForAll long seed) {
    List<Integer> pictures = IntStream.range(0, 60).map(i -> i / 3).boxed().toList();
    ExampleStream stream = new ExampleStream(about(pictures), true, seed);
    ExampleStream other = new ExampleStream(about(pictures), true, seed + 1);
    List<Integer> first = epoch(stream, 0, 60);
    assertThat(epoch(stream, 1, 60)).isNotEqualTo(first);
    assertThat(epoch(other, 0, 60)).isNotEqualTo(first);
  }

  @Property(tries = 200)
  void goesFromStretchToStretchThroughABuffer(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 30) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 300) int buffer,
      @ForAll long seed) {
    Dataset data = inStretches(sizes, buffer);
    ExampleStream stream = new ExampleStream(data, false, seed);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      List<Integer> order = epoch(stream, epoch, data.size());
      assertThat(order)
          .as("each once")
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, data.size()).boxed().toList());
      assertThat(mostOpen(order, sizes, buffer)).as("stretches open at a time").isTrue();
    }
    long start = (long) (data.size() * (seed & 0xFF) / 100.0); // as after a resume
    ExampleStream resumed = new ExampleStream(inStretches(sizes, buffer), false, seed);
    for (long n = start; n < start + 2L * data.size(); n++) {
      assertThat(resumed.position(n)).isEqualTo(stream.position(n));
    }
  }

  @Test
  void mixesAsFarAsTheBufferReaches() {
    Dataset data = inStretches(List.of(500, 500), 100);
    List<Integer> order = epoch(new ExampleStream(data, false, 7), 0, 1000);
    List<Integer> another = epoch(new ExampleStream(data, false, 7), 1, 1000);
    assertThat(another).isNotEqualTo(order);
    int first = order.get(0) / 500; // the stretch that comes first
    double moved = 0;
    for (int i = 0; i < 1000; i++) {
      int incoming = (order.get(i) / 500 == first ? 0 : 500) + order.get(i) % 500;
      assertThat(incoming).isLessThan(i + 100);
      moved += Math.abs(incoming - i) / 1000.0;
    }
    assertThat(moved).isBetween(30.0, 100.0);
    assertThatThrownBy(() -> new ExampleStream(data, true, 7))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "batch.by-picture: found true; allowed is false where data is read in stretches, as"
                + " some is");
  }

  @Property(tries = 100)
  void aMixGivesEachPartItsShare(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 40) Integer> sizes,
      @ForAll @Size(value = 4) List<@IntRange(min = 1, max = 9) Integer> weights,
      @ForAll long seed) {
    Mix mix = mix(sizes, weights);
    ExampleStream stream = new ExampleStream(mix, false, seed);
    int epochs = 7;
    Map<Integer, List<Integer>> seen = new TreeMap<>();
    Map<ExampleStream.Position, Integer> often = new HashMap<>();
    for (long n = 0; n < (long) epochs * mix.size(); n++) {
      ExampleStream.Position position = stream.position(n);
      assertThat(often.merge(position, 1, Integer::sum)).as("once in its epoch").isEqualTo(1);
      int part = 0;
      while (position.index() >= mix.start(part) + sizes.get(part)) {
        part++;
      }
      seen.computeIfAbsent(part, any -> new ArrayList<>()).add(position.index());
    }
    double total = weights.subList(0, sizes.size()).stream().mapToInt(Integer::intValue).sum();
    for (int part = 0; part < sizes.size(); part++) {
      List<Integer> its = seen.getOrDefault(part, List.of());
      assertThat((double) its.size() / epochs)
          .isBetween(
              mix.size() * weights.get(part) / total - 1,
              mix.size() * weights.get(part) / total + 1);
      int size = sizes.get(part);
      for (int round = 0; (round + 1) * size <= its.size(); round++) {
        assertThat(its.subList(round * size, (round + 1) * size)).doesNotHaveDuplicates();
      }
    }
    ExampleStream resumed = new ExampleStream(mix(sizes, weights), false, seed);
    for (long n = 3L * mix.size() / 2; n < 3L * mix.size(); n++) {
      assertThat(resumed.position(n)).isEqualTo(stream.position(n));
    }
  }

  private static Mix mix(List<Integer> sizes, List<Integer> weights) {
    List<Dataset> parts = new ArrayList<>();
    for (int size : sizes) {
      parts.add(
          parts.size() % 2 == 0
              ? inStretches(List.of(size), 5)
              : about(Collections.nCopies(size, parts.size())));
    }
    return new Mix(
        "mix/train",
        parts,
        weights.subList(0, sizes.size()).stream().map(Integer::doubleValue).toList());
  }

  /** Whether nothing stands further on than the buffer reaches, stretches being whole. */
  private static boolean mostOpen(List<Integer> order, List<Integer> sizes, int buffer) {
    List<Integer> stretchOf = new ArrayList<>();
    for (int stretch = 0; stretch < sizes.size(); stretch++) {
      stretchOf.addAll(Collections.nCopies(sizes.get(stretch), stretch));
    }
    Set<Integer> begun = new HashSet<>();
    Map<Integer, Integer> left = new HashMap<>();
    int held = 0;
    for (int index : order) {
      int stretch = stretchOf.get(index);
      if (begun.add(stretch)) {
        left.put(stretch, sizes.get(stretch));
      }
      left.merge(stretch, -1, Integer::sum);
      held = left.values().stream().filter(rest -> rest > 0).mapToInt(rest -> 1).sum();
      int inBuffer = left.values().stream().filter(rest -> rest > 0).mapToInt(rest -> rest).sum();
      if (held > 1 && inBuffer - buffer > Collections.max(sizes)) {
        return false;
      }
    }
    return true;
  }

  private static Dataset inStretches(List<Integer> sizes, int buffer) {
    Dataset all = about(Collections.nCopies(sizes.stream().mapToInt(i -> i).sum(), 0));
    return new Dataset() {
      @Override
      public String name() {
        return all.name();
      }

      @Override
      public int size() {
        return all.size();
      }

      @Override
      public Example example(int epoch, int index) {
        return all.example(epoch, index);
      }

      @Override
      public Optional<Stretches> stretches() {
        return Optional.of(new Stretches(sizes, buffer));
      }
    };
  }

  private static List<Integer> epoch(ExampleStream stream, int epoch, int size) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ExampleStream.Position position = stream.position((long) epoch * size + i);
      assertThat(position.epoch()).isEqualTo(epoch);
      order.add(position.index());
    }
    return order;
  }

  private static int stretches(List<Integer> pictures) {
    Set<Integer> starts = new HashSet<>();
    int count = 0;
    for (int i = 0; i < pictures.size(); i++) {
      if (i == 0 || !pictures.get(i).equals(pictures.get(i - 1))) {
        starts.add(pictures.get(i));
        count++;
      }
    }
    assertThat(starts).isEqualTo(new HashSet<>(pictures));
    return count;
  }

  private static Dataset about(List<Integer> pictures) {
    return new ExampleList(
        "some",
        pictures.stream()
            .map(
                picture ->
                    new Example("q", List.of(named(picture)), "what", new Label.Unknown(), ""))
            .toList());
  }

  private static Picture named(int picture) {
    return new Picture() {
      @Override
      public String name() {
        return "picture " + picture;
      }

      @Override
      public RgbImage load() {
        throw new InputException("no order needs a picture's pixels");
      }
    };
  }
}

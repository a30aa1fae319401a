package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
import org.dide.data.Picture;
import org.dide.image.RgbImage;

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

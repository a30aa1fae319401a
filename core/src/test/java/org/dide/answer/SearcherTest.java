package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.answer.Searcher.Hit;
import org.dide.data.TaskName;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.junit.jupiter.api.Test;

class SearcherTest {
  private static final int COUNT = 30;

  @Test
  void findsThePicturesWhoseVectorsAreLikest() {
    try (TrainedModel trained = TinyModels.dual(TaskName.RETRIEVAL, 3);
        Gallery gallery = pictures(Towers.of(trained))) {
      Searcher searcher = Searcher.of(trained);
      float[] query = searcher.towers().encode("what colour is the circle?").shares().get(0);

      List<Hit> hits = searcher.search(query, gallery, 7);
      List<Integer> expected =
          IntStream.range(0, COUNT)
              .boxed()
              .sorted(
                  (a, b) -> Double.compare(cosine(query, gallery, b), cosine(query, gallery, a)))
              .limit(7)
              .toList();

      assertThat(hits).extracting(Hit::row).isEqualTo(expected);
      for (Hit hit : hits) {
        assertThat(hit.item()).isEqualTo(gallery.items().get(hit.row()));
        assertThat(hit.cosine()).isCloseTo(cosine(query, gallery, hit.row()), within(1e-5));
      }
      assertThat(searcher.search(query, gallery, 100)).hasSize(COUNT);
    }
  }

  @Test
  void findsTheTextsThatAreLikestAPicture() {
    try (TrainedModel trained = TinyModels.dual(TaskName.RETRIEVAL, 3)) {
      Searcher searcher = Searcher.of(trained);
      Towers towers = searcher.towers();
      List<String> texts = List.of("what is red", "big big", "the shape of the shape?", "is");
      try (GalleryBuilder builder = new GalleryBuilder(4, 1, towers.shareSize())) {
        texts.forEach(
            text -> builder.add(new StoredItem.Text(text, text), towers.encode(text).shares()));
        try (Gallery gallery = builder.gallery("model")) {
          float[] picture = towers.encode(TinyModels.picture(1)).shares().get(0);
          List<Hit> hits = searcher.search(picture, gallery, 4);

          assertThat(hits)
              .extracting(hit -> hit.item().id())
              .containsExactlyInAnyOrderElementsOf(texts);
          assertThat(hits)
              .extracting(Hit::cosine)
              .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        }
      }
    }
  }

  @Test
  void refusesAModelThatAnswers() {
    try (TrainedModel trained = TinyModels.dual(3)) {
      assertThatThrownBy(() -> Searcher.of(trained))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("task vqa", "allowed", "retrieval");
    }
  }

  @Test
  void aModelThatComparesAnswersNothing() {
    try (TrainedModel trained = TinyModels.dual(TaskName.RETRIEVAL, 3)) {
      assertThatThrownBy(() -> DualAnswerer.of(trained))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("task retrieval: has no questions to answer");
    }
  }

  private static Gallery pictures(Towers towers) {
    try (GalleryBuilder builder = new GalleryBuilder(COUNT, 1, towers.shareSize())) {
      for (int i = 0; i < COUNT; i++) {
        builder.add(
            new StoredItem.Picture("picture " + i, "0".repeat(64), 1, 1),
            towers.encode(TinyModels.picture(i)).shares());
      }
      return builder.gallery("model");
    }
  }

  private static double cosine(float[] query, Gallery gallery, int row) {
    float[] other = gallery.shares(row).get(0);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < query.length; i++) {
      sum += (double) query[i] * other[i];
      squares += (double) other[i] * other[i];
    }
    assertThat(squares).isCloseTo(1, within(1e-5));
    return sum;
  }
}

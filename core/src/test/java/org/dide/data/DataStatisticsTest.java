package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.data.DataStatistics.AnswerCount;
import org.dide.data.DataStatistics.BlindScores;
import org.dide.data.DataStatistics.Lengths;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;

class DataStatisticsTest {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  @Test
  void countsAndScores() {
    ExampleList train =
        new ExampleList(
            "small/train",
            List.of(
                example("is it red", Map.of("yes", 1.0), "a", "exists"),
                example("is it blue now", Map.of("no", 1.0), "a", "exists"),
                example("is it blue", Map.of("no", 1.0), "b", "exists"),
                example("what", Map.of("dog", 0.3), "b", "open")));
    Map<String, Double> several = new LinkedHashMap<>();
    several.put("no", 0.6);
    several.put("yes", 0.9);
    ExampleList test =
        new ExampleList(
            "small/test",
            List.of(
                example("is it red", several, "c", "exists"),
                new Example("x", List.of(), "what", new Label.Unknown(), "open")));
    ExampleList dev = new ExampleList("small/dev", List.of());

    DataStatistics statistics = DataStatistics.of(new Splits(train, dev, test), 2);

    DataStatistics.Part part = statistics.parts().get(0);
    assertThat(part.texts()).isEqualTo(4);
    assertThat(part.pictures()).isEqualTo(2);
    assertThat(part.wordsInText()).isEqualTo(new Lengths(1, 2.75, 4));
    assertThat(part.types()).containsExactly(Map.entry("exists", 3L), Map.entry("open", 1L));
    assertThat(part.answers()).containsExactly(new AnswerCount("no", 2), new AnswerCount("dog", 1));
    assertThat(part.differentAnswers()).isEqualTo(3);
    assertThat(statistics.parts().get(1).wordsInText()).isEqualTo(new Lengths(0, 0, 0));
    assertThat(statistics.blindScores())
        .containsExactly(new BlindScores("small/test", 1, "no", 0.6, 0.9));
  }

  @Test
  void scoresNothingWithoutKnownAnswers() {
    ExampleList unknown =
        new ExampleList(
            "unknown", List.of(new Example("x", List.of(), "what", new Label.Unknown(), "")));
    assertThat(DataStatistics.of(new Splits(unknown, unknown, unknown), 3).blindScores()).isEmpty();
  }

  @Test
  void findsWhatTextAloneGivesOnEasyVqa() {
    EasyVqa easyVqa =
        EasyVqa.read(Shared.path("data/easy-vqa"), EasyVqa.DEFAULT_DEV_FRACTION, BLACK);
    DataStatistics statistics = DataStatistics.of(easyVqa.splits(), 13);
    BlindScores test = statistics.blindScores().get(1);
    assertThat(test.majority()).isCloseTo(0.373, within(0.001));
    assertThat(test.bagOfWords()).isCloseTo(0.670, within(0.01));
  }

  private static Example example(
      String text, Map<String, Double> scores, String picture, String type) {
    return new Example(
        text,
        List.of(new FilePicture(picture, Path.of(picture), BLACK)),
        text,
        new Label.Answers(scores),
        type);
  }
}

package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dide.InputException;
import org.dide.data.DataCheck.Kind;
import org.dide.data.DataCheck.Settings;
import org.dide.image.RgbImage;
import org.dide.text.VocabularyBuilder;
import org.dide.text.WordPieceTokenizer;
import org.junit.jupiter.api.Test;

class DataCheckTest {
  private static final List<String> ANSWERS = List.of("yes", "no");
  private static final WordPieceTokenizer TOKENIZER =
      new WordPieceTokenizer(new VocabularyBuilder(200).add("is it what").build());

  private static final PictureDecoder DECODER =
      file -> {
        if (file.endsWith("broken.png")) {
          throw new InputException(file + ": truncated");
        }
        return new RgbImage(1, 1, new byte[3]);
      };

  @Test
  void findsNothingInSoundData() {
    Splits splits =
        splits(
            List.of(example("1", "is it", "yes", "a.png"), example("2", "what", "no", "a.png")),
            List.of(example("3", "is it", "yes", "b.png")));
    DataCheck check = check(splits, List.of(), true);
    assertThat(check.problems()).isEmpty();
    assertThat(check.isUsable()).isTrue();
    assertThat(check.parts())
        .containsExactly(
            new DataCheck.Count("small/train", 2, 1),
            new DataCheck.Count("small/dev", 1, 1),
            new DataCheck.Count("small/test", 1, 1));
  }

  @Test
  void listsEverythingAtOnce() {
    Splits splits =
        splits(
            List.of(
                example("1", "is it", "yes", "a.png"),
                example("1", " ", "maybe", "a.png"),
                example("2", "is it is it is it", "no", "broken.png"),
                example("3", "x".repeat(10_001), "no", "a.png")),
            List.of(example("4", "is it", "yes", "a.png")));
    List<InputException> unusable = List.of(new InputException("small.jsonl: line 7: no picture"));
    DataCheck check = check(splits, unusable, true);
    assertThat(check.isUsable()).isFalse();
    assertThat(check.problems().stream().map(DataCheck.Problem::kind))
        .containsExactly(
            Kind.UNUSABLE_RECORD,
            Kind.DUPLICATE_ID,
            Kind.EMPTY_TEXT,
            Kind.UNKNOWN_ANSWER,
            Kind.CUT_TEXT,
            Kind.OVERLONG_TEXT,
            Kind.UNREADABLE_PICTURE,
            Kind.SHARED_PICTURE);
    assertThat(check.problems().stream().map(DataCheck.Problem::message))
        .anySatisfy(
            message ->
                assertThat(message)
                    .isEqualTo(
                        "small/train: example 1 (id 1): id: the same as that of small/train:"
                            + " example 0 (id 1)"))
        .anySatisfy(
            message ->
                assertThat(message)
                    .isEqualTo(
                        "small/train: example 2 (id 2): text: found 8 tokens; the model reads 6"
                            + " and ignores the rest"))
        .anySatisfy(
            message ->
                assertThat(message).isEqualTo("small/test: picture a.png is also in small/train"));
  }

  @Test
  void decodesPicturesOnlyWhenAsked() {
    Splits splits = splits(List.of(example("1", "is it", "yes", "broken.png")), List.of());
    assertThat(check(splits, List.of(), false).isUsable()).isTrue();
    assertThat(check(splits, List.of(), true).isUsable()).isFalse();
  }

  @Test
  void takesWarningsForUsable() {
    Splits splits =
        splits(
            List.of(example("1", "is it", "maybe", "a.png")),
            List.of(example("2", "is it", "yes", "a.png")));
    DataCheck check = check(splits, List.of(), false);
    assertThat(check.problems()).hasSize(2);
    assertThat(check.isUsable()).isTrue();
  }

  @Test
  void tellsOfPartsWithoutExamples() {
    Splits onlyTest =
        new Splits(
            new ExampleList("small/train", List.of()),
            new ExampleList("small/dev", List.of()),
            new ExampleList("small/test", List.of(example("1", "is it", "yes", "a.png"))));
    DataCheck check =
        DataCheck.of(onlyTest, List.of(), List.of(), TOKENIZER, new Settings(6, true));
    assertThat(check.problems().stream().map(DataCheck.Problem::message))
        .containsExactly(
            "small/train: found no examples; a training needs train and dev",
            "small/dev: found no examples; a training needs train and dev");
    assertThat(check.isUsable()).isTrue();
  }

  @Test
  void refusesDataWithoutAnyExample() {
    DataCheck check =
        DataCheck.of(Splits.empty("small"), List.of(), List.of(), TOKENIZER, new Settings(6, true));
    assertThat(check.problems())
        .containsExactly(
            new DataCheck.Problem(
                Kind.EMPTY_DATA, "small/train, small/dev, small/test: found no examples"));
    assertThat(check.errors()).isEqualTo(1);
  }

  @Test
  void tellsIfNothingCanBeLearnt() {
    Example unanswered = new Example("1", List.of(), "is it", new Label.Unknown(), "");
    Splits splits = splits(List.of(unanswered), List.of(example("2", "is it", "yes", "a.png")));
    DataCheck check = DataCheck.of(splits, List.of(), List.of(), TOKENIZER, new Settings(6, true));
    assertThat(check.problems())
        .containsExactly(
            new DataCheck.Problem(
                Kind.NOTHING_TO_LEARN, "small/train: found no example with a known answer"));
  }

  @Test
  void tellsIfNoModelCanBeChosen() {
    Example answered = example("1", "is it", "yes", "a.png");
    Example unanswered = new Example("2", List.of(), "is it", new Label.Unknown(), "");
    Splits splits =
        new Splits(
            new ExampleList("small/train", List.of(answered)),
            new ExampleList("small/dev", List.of(unanswered)),
            new ExampleList("small/test", List.of(example("3", "is it", "yes", "b.png"))));
    assertThat(check(splits, List.of(), false).problems())
        .containsExactly(
            new DataCheck.Problem(
                Kind.NOTHING_TO_CHOOSE_BY,
                "small/dev: found no example with a known answer; a training chooses its model by"
                    + " them"));
  }

  @Test
  void goesOnBehindWhatCannotBeReadAnyMore() {
    Dataset changed =
        new Dataset() {
          @Override
          public String name() {
            return "small/test";
          }

          @Override
          public int size() {
            return 2;
          }

          @Override
          public Example example(int epoch, int index) {
            if (index == 0) {
              throw new InputException("small.tar: ends within a.txt");
            }
            return DataCheckTest.example("t", " ", "yes", "b.png");
          }
        };
    Splits sound = splits(List.of(example("1", "is it", "yes", "a.png")), List.of());
    Splits splits = new Splits(sound.train(), sound.dev(), changed);
    assertThat(check(splits, List.of(), false).problems())
        .extracting(DataCheck.Problem::kind)
        .containsExactly(Kind.UNUSABLE_RECORD, Kind.EMPTY_TEXT);
  }

  private static DataCheck check(Splits splits, List<InputException> unusable, boolean decode) {
    return DataCheck.of(splits, unusable, ANSWERS, TOKENIZER, new Settings(6, decode));
  }

  private static Splits splits(List<Example> train, List<Example> test) {
    return new Splits(
        new ExampleList("small/train", train),
        new ExampleList("small/dev", List.of(example("dev", "is it", "no", "dev.png"))),
        new ExampleList("small/test", test));
  }

  private static Example example(String id, String text, String answer, String picture) {
    return new Example(
        id,
        List.of(new FilePicture(picture, Path.of(picture), DECODER)),
        text,
        new Label.Answers(Map.of(answer, 1.0)),
        "");
  }
}

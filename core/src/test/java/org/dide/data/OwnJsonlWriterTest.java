package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.ScenesSettings;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.image.RgbImage;
import org.dide.train.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnJsonlWriterTest {
  private static final Picture RED = drawn("one/red", new byte[] {(byte) 255, 0, 0});
  private static final Picture BLUE = drawn("blue", new byte[] {0, 0, (byte) 255});

  @TempDir private Path folder;

  @Test
  void isReadAsItWasWritten() {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("dog \"x\"", 1.0);
    scores.put("pup", 0.3);
    List<Example> train =
        List.of(
            new Example("1", List.of(RED), "What?", new Label.Answers(Map.of("ä", 1.0)), "open"),
            new Example("2", List.of(RED), "And?", new Label.Answers(scores), ""),
            new Example("3", List.of(BLUE), "So?", new Label.Unknown(), "two"));
    List<Example> test =
        List.of(new Example("4", List.of(BLUE), "So?", new Label.Answers(Map.of("a", 0.5)), ""));
    Path data = folder.resolve("data");
    OwnJsonlWriter.write(data, TaskName.VQA, parts(train, test));

    Splits read = read(data);
    assertSame(read.train(), train);
    assertSame(read.test(), test);
    assertThat(read.dev().size()).isZero();
    // Each picture once, with its pixels.
    assertThat(data.resolve("pictures").toFile().list())
        .containsExactlyInAnyOrder("000000.png", "000001.png");
    assertThat(read.train().example(0, 2).pictures().get(0).load().rgb())
        .isEqualTo(BLUE.load().rgb());
  }

  @Test
  void statementsAreReadAsTheyWereWritten() {
    for (TaskName task : List.of(TaskName.REASONING, TaskName.ENTAILMENT)) {
      ScenesSettings settings = Recipes.defaults(task).data().scenes().withSizes(30);
      List<Example> train = ScenesDataset.of(task, Split.TRAIN, settings).stream(50).toList();
      List<Example> test =
          new ArrayList<>(ScenesDataset.of(task, Split.TEST, settings).stream(0).toList());
      Example open = test.remove(0);
      test.add(0, new Example(open.id(), open.pictures(), open.text(), new Label.Unknown(), ""));
      Path data = folder.resolve(task.toString());
      OwnJsonlWriter.write(data, task, parts(train, test));
      Splits read = own(data, OwnJsonlWriter.STATEMENTS).examples(task);
      assertSame(read.train(), train);
      assertSame(read.test(), test);
      for (int side = 0; side < task.pictures(); side++) {
        assertThat(read.train().example(0, 7).pictures().get(side).load().rgb())
            .isEqualTo(train.get(7).pictures().get(side).load().rgb());
      }
    }
  }

  @Test
  void captionsAreReadAsTheyWereWritten() {
    ScenesSettings settings = ScenesSettings.DEFAULT.withSizes(10);
    List<CaptionedPicture> dev = ScenesDataset.captions(Split.DEV, settings, 0).toList();
    Path data = folder.resolve("captioned");
    OwnJsonlWriter.writeCaptions(data, Map.of(Split.DEV, dev));
    List<OwnRecord> records = own(data, OwnJsonlWriter.CAPTIONS).records();
    assertThat(records).hasSameSizeAs(dev);
    for (int i = 0; i < dev.size(); i++) {
      assertThat(records.get(i).id()).isEqualTo(dev.get(i).id());
      assertThat(records.get(i).split()).isEqualTo(Split.DEV);
      assertThat(records.get(i).content())
          .isEqualTo(new OwnRecord.Content.Captions(dev.get(i).captions()));
      assertThat(records.get(i).pictures().get(0).load().rgb())
          .isEqualTo(dev.get(i).picture().load().rgb());
    }
  }

  private static OwnJsonl own(Path data, String file) {
    return new OwnJsonl(
        data.resolve(file),
        OwnJsonl.PicturePaths.BELOW_THE_FILE,
        new ImageDecoder(DecodeOptions.defaults())::decode,
        ProblemListener.STOP);
  }

  @Test
  void leavesWhatIsThere() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept.txt"), "precious");
    assertThatThrownBy(
            () -> OwnJsonlWriter.write(folder, TaskName.VQA, parts(List.of(), List.of())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is something in this folder already");
    assertThat(kept).hasContent("precious");
    assertThatThrownBy(() -> OwnJsonlWriter.write(kept, TaskName.VQA, parts(List.of(), List.of())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("kept.txt: is not a folder");
  }

  @Test
  void writesAllOrNothing() throws IOException {
    Picture broken =
        new Picture() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public RgbImage load() {
            throw new InputException("broken: no pixels");
          }
        };
    List<Example> train =
        List.of(
            new Example("1", List.of(RED), "What?", new Label.Unknown(), ""),
            new Example("2", List.of(broken), "What?", new Label.Unknown(), ""));
    Path data = folder.resolve("data");
    assertThatThrownBy(() -> OwnJsonlWriter.write(data, TaskName.VQA, parts(train, List.of())))
        .hasMessage("broken: no pixels");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  private static void assertSame(Dataset read, List<Example> written) {
    assertThat(read.size()).isEqualTo(written.size());
    for (int i = 0; i < written.size(); i++) {
      Example found = read.example(0, i);
      assertThat(found.id()).isEqualTo(written.get(i).id());
      assertThat(found.text()).isEqualTo(written.get(i).text());
      assertThat(found.label()).isEqualTo(written.get(i).label());
      assertThat(found.type()).isEqualTo(written.get(i).type());
      assertThat(found.pictures()).hasSameSizeAs(written.get(i).pictures());
    }
  }

  private static Splits read(Path data) {
    List<InputException> problems = new ArrayList<>();
    Splits splits =
        new OwnJsonl(
                data.resolve(OwnJsonlWriter.QUESTIONS),
                OwnJsonl.PicturePaths.BELOW_THE_FILE,
                new ImageDecoder(DecodeOptions.defaults())::decode,
                problems::add)
            .examples(TaskName.VQA);
    assertThat(problems).isEmpty();
    return splits;
  }

  private static Map<Split, List<Example>> parts(List<Example> train, List<Example> test) {
    Map<Split, List<Example>> parts = new EnumMap<>(Split.class);
    parts.put(Split.TRAIN, train);
    parts.put(Split.TEST, test);
    return parts;
  }

  private static Picture drawn(String name, byte[] rgb) {
    return new Picture() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public RgbImage load() {
        return new RgbImage(1, 1, rgb);
      }
    };
  }
}

package org.dide.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.data.DataCheck;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.data.Mix;
import org.dide.data.PictureDecoder;
import org.dide.data.ProblemListener;
import org.dide.data.Split;
import org.dide.data.Splits;
import org.dide.data.TaskName;
import org.dide.data.scenes.SceneQuestions;
import org.dide.data.scenes.ScenesSettings;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSourceTest {
  private static final RgbImage PIXEL = new RgbImage(1, 1, new byte[3]);
  private static final PictureDecoder BLACK = file -> PIXEL;
  private static final DataCheck.Settings LOOK = new DataCheck.Settings(40, true);

  @TempDir private Path folder;

  @Test
  void opensGeneratedData() {
    DataSource source = open(settings(DataFormat.SCENES, ""));
    assertThat(source.answers()).isEqualTo(SceneQuestions.answers());
    assertThat(source.splits().part(Split.DEV).name()).isEqualTo("scenes/dev");
    source.requireTrainable();
  }

  @Test
  void opensDataThatIsOnlyToBeAnswered() throws IOException {
    DataSettings settings =
        own("{'id': '1', 'image': 'a.png', 'question': 'What is it?', 'split': 'test'}");
    DataSource source = open(settings);
    assertThat(source.answers()).isEmpty();
    assertThat(source.splits().test().example(0, 0).label()).isEqualTo(new Label.Unknown());
    assertThat(source.vocabulary().tokens()).contains("what");
    assertThatThrownBy(source::requireTrainable)
        .isInstanceOf(InputException.class)
        .hasMessage("own.jsonl/train: found no examples; a training needs train and dev");
  }

  @Test
  void refusesToLearnFromQuestionsAlone() throws IOException {
    DataSource source =
        open(
            own(
                "{'id': '1', 'image': 'a.png', 'question': 'What?'}",
                "{'id': '2', 'image': 'a.png', 'question': 'What?', 'split': 'dev'}"));
    assertThatThrownBy(source::requireTrainable)
        .hasMessage("own.jsonl/train: found no example whose answer is known");
  }

  @Test
  void refusesADevThatCannotChoose() throws IOException {
    DataSource source =
        open(
            own(
                "{'id': '1', 'image': 'a.png', 'question': 'What?', 'answer': 'a cat'}",
                "{'id': '2', 'image': 'a.png', 'question': 'What?', 'split': 'dev'}"));
    assertThatThrownBy(source::requireTrainable)
        .hasMessage("own.jsonl/dev: found no example whose answer is known");
  }

  @Test
  void learnsFromKnownAnswersOnly() throws IOException {
    DataSource source =
        open(
            own(
                "{'id': '1', 'image': 'a.png', 'question': 'What?', 'answer': 'a cat'}",
                "{'id': '2', 'image': 'a.png', 'question': 'Which?'}",
                "{'id': '3', 'image': 'a.png', 'question': 'What?', 'split': 'dev'}"));
    DataSource labelled = source.labelled();
    assertThat(labelled.splits().train().stream(0)).extracting(Example::id).containsExactly("1");
    assertThat(labelled.splits().dev()).isSameAs(source.splits().dev());
  }

  @Test
  void leavesNamedPicturesOutOfTrain() throws IOException {
    DataSettings all = captions("own", 6);
    Path names = folder.resolve("without.txt");
    Files.writeString(names, "own1.png\n\nown3\nown5.png\nnowhere.jpg\n");
    List<String> told = new ArrayList<>();
    ProblemListener listener =
        new ProblemListener() {
          @Override
          public void onProblem(InputException problem) {
            throw problem;
          }

          @Override
          public void onLeftOut(String what) {
            told.add(what);
          }
        };
    DataSettings settings = without(all, List.of(names.toString()));
    Splits left = DataSource.open(TaskName.PRETRAINING, settings, BLACK, listener).splits();
    assertThat(left.train().stream(0).map(Example::text))
        .containsExactly("own 0", "own 0, too", "own 2", "own 2, too", "own 4", "own 4, too");
    assertThat(left.dev().size()).isEqualTo(2); // own5, which may be looked at
    assertThat(told)
        .containsExactly(
            "data.without: 2 pictures, 4 examples of own.jsonl/train are left out",
            "data.without: 1 of 4 names are those of no picture, such as nowhere.jpg");
    DataSettings wrong = without(all, List.of("not-there.txt"));
    assertThatThrownBy(() -> DataSource.open(TaskName.PRETRAINING, wrong, BLACK, listener))
        .isInstanceOf(InputException.class)
        .hasMessage("not-there.txt: there is no such file");
  }

  @Test
  void mixesDataByWeight() throws IOException {
    DataSettings one = captions("one", 6);
    DataSettings two = captions("two", 4);
    Path names = folder.resolve("without.txt");
    Files.writeString(names, "two0.png\n");
    List<MixPart> parts =
        List.of(
            new MixPart(3, DataFormat.JSONL, one.path(), ""),
            new MixPart(1, DataFormat.JSONL, two.path(), ""));
    DataSettings settings = without(mix(parts), List.of(names.toString()));
    DataSource source =
        DataSource.open(TaskName.PRETRAINING, settings, BLACK, ProblemListener.STOP);
    Mix train = (Mix) source.splits().train();
    assertThat(train.name()).isEqualTo("mix-of-one.jsonl-two.jsonl/train");
    assertThat(train.parts()).extracting(Dataset::size).containsExactly(10, 4);
    assertThat(train.shares(train.size())).containsExactly(11, 3);
    assertThat(source.splits().dev().stream(0).map(Example::text))
        .containsExactly("one 5", "one 5, too", "two 3", "two 3, too");
    assertThat(source.splits().dev().stream(0).map(example -> example.pictures().get(0).name()))
        .containsExactly(
            "1-one.jsonl/one5.png",
            "1-one.jsonl/one5.png",
            "2-two.jsonl/two3.png",
            "2-two.jsonl/two3.png");
    source.requireTrainable();
    assertThat(source.vocabulary().tokens()).contains("one", "two");

    assertRefused(mix(List.of()), "data.parts: found 0");
    assertRefused(
        mix(List.of(new MixPart(0, DataFormat.JSONL, one.path(), ""))),
        "data.parts: weight: found 0");
    assertRefused(
        mix(List.of(new MixPart(1, DataFormat.MIX, one.path(), ""))), "data.parts: found a mix");
    assertRefused(
        mix(List.of(new MixPart(1, DataFormat.VQA_V2, one.path(), ""))),
        "data.format: found vqa_v2");
  }

  private static void assertRefused(DataSettings settings, String message) {
    assertThatThrownBy(
            () -> DataSource.open(TaskName.PRETRAINING, settings, BLACK, ProblemListener.STOP))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(message);
  }

  /** Pictures with two captions each; the last is dev. */
  private DataSettings captions(String name, int pictures) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < pictures; i++) {
      Files.write(folder.resolve(name + i + ".png"), PngEncoder.encode(PIXEL));
      lines.append(
          "{\"id\": \"%1$s%2$d\", \"image\": \"%1$s%2$d.png\", \"captions\": [\"%1$s %2$d\", \"%1$s %2$d, too\"], \"split\": \"%3$s\"}\n"
              .formatted(name, i, i == pictures - 1 ? "dev" : "train"));
    }
    Path file = folder.resolve(name + ".jsonl");
    Files.writeString(file, lines);
    return settings(DataFormat.JSONL, file.toString());
  }

  private static DataSettings mix(List<MixPart> parts) {
    return new DataSettings(
        DataFormat.MIX, "", "", parts, 0.1, List.of(), 100, 0.01, "", 1000, ScenesSettings.DEFAULT);
  }

  private static DataSettings without(DataSettings whole, List<String> files) {
    return new DataSettings(
        whole.format(),
        whole.path(),
        "",
        whole.parts(),
        0.1,
        files,
        100,
        0.01,
        "",
        1000,
        ScenesSettings.DEFAULT);
  }

  @Test
  void needsAPath() {
    assertThatThrownBy(() -> open(settings(DataFormat.JSONL, "")))
        .isInstanceOf(InputException.class)
        .hasMessage("data.path: found none; data of the format jsonl needs one");
  }

  @Test
  void checksAFileThatIsNotThere() {
    Path absent = folder.resolve("absent.jsonl");
    DataCheck check =
        DataSource.check(TaskName.VQA, settings(DataFormat.JSONL, absent.toString()), LOOK);
    assertThat(check.problems().get(0).message()).isEqualTo(absent + ": there is no such file");
    assertThat(check.isUsable()).isFalse();
  }

  @Test
  void listsAllFilesThatVqaV2Lacks() throws IOException {
    Files.createDirectory(folder.resolve("train2014"));
    DataCheck check = DataSource.check(TaskName.VQA, vqaV2(), LOOK);
    assertThat(check.problems().stream().map(DataCheck.Problem::message))
        .containsExactly(
            folder.resolve("v2_mscoco_train2014_annotations.json") + ": there is no such file",
            folder.resolve("v2_OpenEnded_mscoco_train2014_questions.json")
                + ": there is no such file",
            folder.resolve("v2_mscoco_val2014_annotations.json") + ": there is no such file",
            folder.resolve("v2_OpenEnded_mscoco_val2014_questions.json")
                + ": there is no such file",
            folder.resolve("val2014") + ": there is no such folder of pictures",
            "vqa-v2/train, vqa-v2/dev, vqa-v2/test: found no examples");
  }

  @Test
  void tellsAProblemOfAFileThatIsReadTwiceOnce() throws IOException {
    for (String part : List.of("train2014", "val2014")) {
      writeVqa(part, 1);
      Files.writeString(
          folder.resolve("v2_mscoco_" + part + "_annotations.json"),
          "{\"annotations\": [3, %s]}"
              .formatted("%s, ".repeat(8).formatted(annotations(8)) + annotation(8)));
    }
    DataCheck check = DataSource.check(TaskName.VQA, vqaV2(), LOOK);
    assertThat(check.problems().stream().map(DataCheck.Problem::message))
        .filteredOn(message -> message.contains("record 0"))
        .containsExactly(
            "v2_mscoco_train2014_annotations.json: record 0: found 3; allowed: an object",
            "v2_mscoco_val2014_annotations.json: record 0: found 3; allowed: an object");
  }

  @Test
  void opensAPartOfVqaV2WithItsOwnFilesAlone() throws IOException {
    writeVqa("test-dev2015", 2);
    Dataset test = DataSource.part(TaskName.VQA, vqaV2(), Split.TEST, List.of("yes"), BLACK);
    assertThat(test.name()).isEqualTo("vqa-v2/test-dev2015");
    assertThat(test.size()).isEqualTo(2);

    writeVqa("test2015", 3);
    Dataset whole = DataSource.part(TaskName.VQA, vqaV2(), Split.TEST, List.of("yes"), BLACK);
    assertThat(whole.name()).isEqualTo("vqa-v2/test2015");
    assertThat(whole.stream(0).map(example -> example.label()))
        .containsOnly(new Label.Unknown())
        .hasSize(3);

    writeVqa("val2014", 2);
    Files.writeString(
        folder.resolve("v2_mscoco_val2014_annotations.json"),
        "{\"annotations\": [%s, %s]}".formatted(annotation(0), annotation(1)));
    Dataset dev = DataSource.part(TaskName.VQA, vqaV2(), Split.DEV, List.of("no", "yes"), BLACK);
    assertThat(dev.stream(0).map(example -> example.label()))
        .containsOnly(new Label.Answers(Map.of("yes", 1.0)))
        .hasSize(2);
    assertThatThrownBy(
            () -> DataSource.part(TaskName.VQA, vqaV2(), Split.TRAIN, List.of("yes"), BLACK))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("train2014");
  }

  @Test
  void readsADrawingAsTheTaskHasIt() throws IOException {
    for (String part : List.of("dev", "hidden", "test")) {
      Path images = Files.createDirectories(folder.resolve(part).resolve("images"));
      Files.write(images.resolve(part + "-1-0-0.png"), PngEncoder.encode(PIXEL));
      Files.writeString(
          folder.resolve(part).resolve(part + ".json"),
          "{\"identifier\": \"1-0\", \"sentence\": \"It is black.\", \"label\": \"true\"}");
    }
    DataSettings nlvr = settings(DataFormat.NLVR, folder.toString());
    for (TaskName task : List.of(TaskName.STATEMENT, TaskName.REASONING)) {
      DataSource source = DataSource.open(task, nlvr, BLACK, ProblemListener.STOP);
      assertThat(source.answers()).containsExactly("false", "true");
      assertThat(source.splits().test().example(0, 0).pictures()).hasSize(task.pictures());
    }
    assertThat(DataFormat.NLVR.tasks()).first().isEqualTo(TaskName.STATEMENT);
    assertThatThrownBy(() -> open(nlvr))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.format: found nlvr for the task vqa");
  }

  @Test
  void findsPicturesInAFolderOfTheirOwn() throws IOException {
    Path photographs = Files.createDirectory(folder.resolve("photographs"));
    Files.write(photographs.resolve("22.jpg"), PngEncoder.encode(PIXEL));
    String line =
        "{\"pairID\": \"%s\", \"Flickr30K_ID\": \"22\", \"sentence2\": \"a\", \"gold_label\": \"%s\"}\n";
    Files.writeString(
        folder.resolve("snli_ve_train.jsonl"),
        line.formatted("1", "neutral") + line.formatted("2", "-"));
    Files.writeString(folder.resolve("snli_ve_dev.jsonl"), line.formatted("3", "neutral"));
    DataSettings settings = settings(DataFormat.SNLI_VE, folder.toString());
    DataSettings told = settings.withPictures(photographs.toString());

    DataCheck check = DataSource.check(TaskName.ENTAILMENT, told, LOOK);
    assertThat(check.isUsable()).isTrue();
    assertThat(check.problems().stream().map(DataCheck.Problem::kind))
        .containsExactly(
            DataCheck.Kind.SHARED_PICTURE, DataCheck.Kind.EMPTY_PART, DataCheck.Kind.LEFT_OUT);
    assertThat(check.problems().get(2).message()).contains("1 records are left out");
    assertThat(
            DataSource.part(TaskName.ENTAILMENT, told, Split.DEV, List.of(), BLACK)
                .example(0, 0)
                .id())
        .isEqualTo("3");

    assertThat(DataSource.check(TaskName.ENTAILMENT, settings, LOOK).problems().get(0).message())
        .contains("found no folder of pictures");
    DataSettings pointless =
        settings(DataFormat.EASY_VQA, folder.toString()).withPictures("photographs");
    assertThatThrownBy(() -> open(pointless))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "data.picture-folder: found photographs; data of the format easy_vqa has a place for"
                + " its pictures");
  }

  private static DataSettings settings(DataFormat format, String path) {
    return new DataSettings(
        format, path, "", List.of(), 0.1, List.of(), 100, 0.01, "", 1000, ScenesSettings.DEFAULT);
  }

  private DataSettings vqaV2() {
    return settings(DataFormat.VQA_V2, folder.toString());
  }

  private static DataSource open(DataSettings settings) {
    return DataSource.open(TaskName.VQA, settings, BLACK, ProblemListener.STOP);
  }

  private DataSettings own(String... lines) throws IOException {
    Files.write(folder.resolve("a.png"), PngEncoder.encode(PIXEL));
    Path file = folder.resolve("own.jsonl");
    Files.writeString(file, String.join("\n", lines).replace('\'', '"'));
    return settings(DataFormat.JSONL, file.toString());
  }

  /** Questions numbered from 0, each about a picture of its own. */
  private void writeVqa(String part, int questions) throws IOException {
    String pictures = part.replace("-dev", "");
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < questions; i++) {
      Path images = Files.createDirectories(folder.resolve(pictures));
      Files.write(
          images.resolve("COCO_%s_%012d.jpg".formatted(pictures, i)), PngEncoder.encode(PIXEL));
      json.append(i == 0 ? "" : ",")
          .append(
              "{\"image_id\": %1$d, \"question_id\": %1$d, \"question\": \"Is it?\"}".formatted(i));
    }
    Files.writeString(
        folder.resolve("v2_OpenEnded_mscoco_" + part + "_questions.json"),
        "{\"questions\": [%s]}".formatted(json));
  }

  private static Object[] annotations(int count) {
    return IntStream.range(0, count).mapToObj(DataSourceTest::annotation).toArray();
  }

  private static String annotation(int question) {
    return """
        {"question_id": %d, "multiple_choice_answer": "yes", "answer_type": "yes/no",
         "answers": [%s]}
        """
        .formatted(question, "{\"answer\": \"yes\"},".repeat(9) + "{\"answer\": \"yes\"}");
  }
}

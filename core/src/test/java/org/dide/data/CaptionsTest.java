package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.image.RgbImage;
import org.dide.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The formats of captions. */
class CaptionsTest {
  private static final PictureDecoder BLACK = file -> new RgbImage(1, 1, new byte[3]);

  @TempDir private Path folder;

  @Test
  void readsKarpathysSplits() throws IOException {
    picture("train2014/a.jpg");
    picture("val2014/b.jpg");
    picture("val2014/c.jpg");
    picture("val2014/d.jpg");
    Path file =
        karpathy(
            image(
                "train2014",
                "a.jpg",
                "train",
                "{'raw': 'One.', 'sentid': 7}, {'raw': 'Two.', 'sentid': 9}"),
            image(
                "val2014", "b.jpg", "restval", "{'raw': 'Three.'}, {'raw': 'Four.', 'tokens': []}"),
            image("val2014", "c.jpg", "val", "{'raw': 'Five.', 'sentid': 1}"),
            image("val2014", "d.jpg", "test", "{'raw': 'Six.', 'sentid': 2}"));
    Splits splits = Karpathy.read(file, "", BLACK, ProblemListener.STOP);
    assertThat(splits.train().stream(0).map(Example::id))
        .containsExactly("7", "9", "val2014/b.jpg#0", "val2014/b.jpg#1");
    assertThat(splits.train().stream(0).map(Example::text))
        .containsExactly("One.", "Two.", "Three.", "Four.");
    assertThat(splits.train().stream(0).map(e -> e.pictures().get(0).name()))
        .containsExactly("train2014/a.jpg", "train2014/a.jpg", "val2014/b.jpg", "val2014/b.jpg");
    assertThat(splits.train().stream(0).map(Example::label)).containsOnly(new Label.Described());
    assertThat(splits.train().name()).isEqualTo("dataset_small/train");
    assertThat(splits.dev().stream(0).map(Example::text)).containsExactly("Five.");
    assertThat(splits.test().stream(0).map(Example::text)).containsExactly("Six.");
    // The folder does as well where it holds one such file.
    assertThat(Karpathy.read(folder, "", BLACK, ProblemListener.STOP).train().size()).isEqualTo(4);
  }

  @Test
  void findsPicturesElsewhere(@TempDir Path elsewhere) throws IOException {
    Files.createFile(elsewhere.resolve("a.jpg"));
    Path file = karpathy("{'filename': 'a.jpg', 'split': 'test', 'sentences': [{'raw': 'One.'}]}");
    Splits splits = Karpathy.read(file, elsewhere.toString(), BLACK, ProblemListener.STOP);
    assertThat(splits.test().example(0, 0).pictures().get(0).name()).isEqualTo("a.jpg");
    assertThatThrownBy(
            () ->
                Karpathy.read(
                    file, elsewhere.resolve("none").toString(), BLACK, ProblemListener.STOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.picture-folder");
  }

  @Test
  void saysWhatIsWrongInKarpathysSplits() throws IOException {
    picture("images/a.jpg");
    List<String> problems = new ArrayList<>();
    Path file =
        karpathy(
            "{'filename': 'a.jpg', 'split': 'holdout', 'sentences': []}",
            "{'filename': 'b.jpg', 'split': 'test', 'sentences': []}",
            "{'filename': '../dataset_small.json', 'split': 'test', 'sentences': []}",
            "{'filename': 'a.jpg', 'filepath': '../..', 'split': 'test', 'sentences': []}",
            "{'filename': 'a.jpg', 'split': 'test', 'sentences': [{'tokens': []}]}",
            "{'filename': 'a.jpg', 'split': 'test', 'sentences': [{'raw': 'Kept.'}]}");
    Splits splits =
        Karpathy.read(
            file, "", BLACK, problem -> problems.add(String.valueOf(problem.getMessage())));
    assertThat(splits.test().stream(0).map(Example::text)).containsExactly("Kept.");
    assertThat(problems).hasSize(5);
    assertThat(problems.get(0)).contains("record 0", "\"split\"", "holdout", "train, restval, val");
    assertThat(problems.get(1)).contains("record 1", "\"filename\"", "b.jpg", "images");
    assertThat(problems.get(2)).contains("record 2", "\"filename\"");
    assertThat(problems.get(3)).contains("record 3", "\"filepath\"", "../..");
    assertThat(problems.get(4)).contains("record 4", "sentences[0]", "\"raw\"");
  }

  @Test
  void wantsOneFileInAFolder() {
    assertThatThrownBy(() -> Karpathy.read(folder, "", BLACK, ProblemListener.STOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found 0 files dataset*.json, allowed is one");
  }

  @Test
  void readsFlickr8k() throws IOException {
    writeFlickr8k(
        "a.jpg#0\tOne.", "b.jpg#0\tTwo .", "b.jpg#1\tThree.", "c.jpg#0\tFour.", "z.jpg#0\tNo.");
    for (String name : List.of("a.jpg", "b.jpg", "c.jpg")) {
      picture("Flicker8k_Dataset/" + name);
    }
    Splits splits = Flickr8k.read(folder, "", BLACK, ProblemListener.STOP);
    assertThat(splits.train().stream(0).map(Example::id)).containsExactly("b.jpg#0", "b.jpg#1");
    assertThat(splits.train().stream(0).map(Example::text)).containsExactly("Two .", "Three.");
    assertThat(splits.dev().stream(0).map(Example::text)).containsExactly("One.");
    assertThat(splits.test().stream(0).map(Example::text)).containsExactly("Four.");
    assertThat(splits.test().name()).isEqualTo("flickr8k/test");
  }

  @Test
  void saysWhatIsWrongInFlickr8k() throws IOException {
    writeFlickr8k("a.jpg#0\tOne.", "a.jpg#0\tAgain.", "no tab", "tab\tonly", "b.jpg#0\tTwo.");
    picture("images/a.jpg");
    List<String> problems = new ArrayList<>();
    Splits splits =
        Flickr8k.read(
            folder, "", BLACK, problem -> problems.add(String.valueOf(problem.getMessage())));
    assertThat(splits.dev().size()).isEqualTo(1);
    assertThat(problems).hasSize(5);
    assertThat(problems.get(0)).contains("Flickr8k.token.txt: line 2", "a.jpg#0 again");
    assertThat(problems.get(1)).contains("line 3", "no tab", "<picture>#<number>");
    assertThat(problems.get(2)).contains("line 4");
    assertThat(problems.get(3)).contains("Flickr_8k.trainImages.txt: line 1", "b.jpg", "no file");
    assertThat(problems.get(4)).contains("Flickr_8k.testImages.txt: line 1", "c.jpg", "no caption");
  }

  @Test
  void readsCaptionsOfOnesOwn() throws IOException {
    picture("a.jpg");
    Path file = folder.resolve("own.jsonl");
    Files.writeString(
        file,
        """
        {"id": "c1", "image": "a.jpg", "captions": ["One.", "Two."], "split": "test"}
        {"id": "q1", "image": "a.jpg", "question": "What?"}
        """);
    List<String> problems = new ArrayList<>();
    Splits splits =
        new OwnJsonl(
                file,
                OwnJsonl.PicturePaths.BELOW_THE_FILE,
                BLACK,
                problem -> problems.add(String.valueOf(problem.getMessage())))
            .examples(TaskName.RETRIEVAL);
    assertThat(splits.test().stream(0).map(Example::id)).containsExactly("c1#0", "c1#1");
    assertThat(splits.test().stream(0).map(Example::text)).containsExactly("One.", "Two.");
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).contains("line 2", "\"captions\"");
  }

  @Test
  void readsVisualGenome() throws IOException {
    picture("VG_100K/7.jpg");
    picture("VG_100K_2/8.jpg");
    picture("9.jpg");
    Path file = folder.resolve("region_descriptions.json");
    Files.writeString(
        file,
        """
        [{"id": 7, "regions": [{"phrase": "a red sign ", "image_id": 7}, {"phrase": " "}, {"phrase": "Bäume"}]},
         {"id": 8, "regions": [{"phrase": "a dog", "x": 1}]}, {"id": 9, "regions": []},
         {"id": 10, "regions": [{"phrase": "lost"}]}, {"id": 11, "regions": [{"words": "none"}]}]
        """);
    List<String> problems = new ArrayList<>();
    Splits splits =
        VisualGenome.read(
            folder, "", 0, BLACK, problem -> problems.add(String.valueOf(problem.getMessage())));
    assertThat(splits.train().stream(0).map(Example::text))
        .containsExactly("a red sign", "Bäume", "a dog");
    assertThat(splits.train().stream(0).map(Example::id)).containsExactly("7#0", "7#1", "8");
    assertThat(splits.train().stream(0).map(e -> e.pictures().get(0).name()))
        .containsExactly("VG_100K/7.jpg", "VG_100K/7.jpg", "VG_100K_2/8.jpg");
    assertThat(splits.train().stretches()).isEmpty();
    assertThat(problems).hasSize(2);
    assertThat(problems.get(0)).contains("record 3", "no file 10.jpg", "VG_100K_2");
    assertThat(problems.get(1)).contains("record 4", "\"phrase\"");
    assertThat(
            VisualGenome.read(file, folder.toString(), 0.5, BLACK, problem -> {}).parts().stream()
                .map(
                    part -> part.stream(0).map(e -> e.pictures().get(0).name()).distinct().count()))
        .containsExactly(1L, 1L, 0L);
  }

  @Test
  void readsCocosOwnCaptions() throws IOException {
    picture("train2014/a.jpg");
    picture("train2014/b.jpg");
    picture("val2014/c.jpg");
    Files.createDirectories(folder.resolve("annotations"));
    Path train = folder.resolve("annotations/captions_train2014.json");
    Files.writeString(
        train,
        """
        {"info": {"year": 2014}, "annotations": [
          {"image_id": 5, "id": 1, "caption": "One. "}, {"image_id": 6, "id": 2, "caption": "Two."},
          {"image_id": 5, "id": 3, "caption": "Three."}, {"image_id": 99, "id": 4, "caption": "?"}],
         "images": [{"id": 5, "file_name": "a.jpg"}, {"id": 6, "file_name": "b.jpg"},
          {"id": 7, "file_name": "gone.jpg"}]}
        """);
    Files.writeString(
        folder.resolve("annotations/captions_val2014.json"),
        """
        {"images": [{"id": 8, "file_name": "c.jpg"}],
         "annotations": [{"image_id": 8, "id": 5, "caption": "Four."}]}
        """);
    List<String> problems = new ArrayList<>();
    Splits splits =
        CocoCaptions.read(
            folder, "", 0.5, BLACK, problem -> problems.add(String.valueOf(problem.getMessage())));
    assertThat(splits.train().stream(0).map(Example::text))
        .containsExactly("One.", "Three.", "Two.");
    assertThat(splits.train().stream(0).map(Example::id)).containsExactly("5#0", "5#1", "6");
    assertThat(splits.dev().example(0, 0).pictures().get(0).name()).isEqualTo("val2014/c.jpg");
    assertThat(problems).hasSize(2);
    assertThat(problems.get(0)).contains("record 2", "\"gone.jpg\"", "train2014");
    assertThat(problems.get(1)).contains("record 3", "image_id", "99");
    assertThat(
            CocoCaptions.read(train, "", 0.5, BLACK, problem -> {}).parts().stream()
                .map(
                    part -> part.stream(0).map(e -> e.pictures().get(0).name()).distinct().count()))
        .containsExactly(1L, 1L, 0L);
    assertThatThrownBy(() -> CocoCaptions.read(folder.resolve("val2014"), "", 0, BLACK, p -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("captions_train*.json");
  }

  @Test
  void leavesBlankCaptionsOut() throws IOException {
    picture("a.jpg");
    picture("b.jpg");
    Path coco =
        Files.writeString(
            folder.resolve("captions_train.json"),
            """
            {"images": [{"id": 5, "file_name": "a.jpg"}, {"id": 6, "file_name": "b.jpg"}],
             "annotations": [{"image_id": 5, "caption": " "}, {"image_id": 5, "caption": "One."},
              {"image_id": 6, "caption": ""}]}
            """);
    Splits splits = CocoCaptions.read(coco, "", 0, BLACK, ProblemListener.STOP);
    assertThat(splits.train().stream(0).map(Example::text)).containsExactly("One.");
    Path file =
        karpathy(
            image("", "a.jpg", "train", "{'raw': 'One.'}, {'raw': ' \\n'}, {'raw': 'Three.'}"),
            image("", "b.jpg", "train", "{'raw': ''}"));
    assertThat(
            Karpathy.read(file, "", BLACK, ProblemListener.STOP).train().stream(0)
                .map(e -> e.id() + " " + e.text()))
        .containsExactly("a.jpg#0 One.", "a.jpg#2 Three.");
  }

  /** Most of val2014 is train in 2017. */
  @Test
  void refusesTwoYearsOfCoco() throws IOException {
    picture("train2014/a.jpg");
    for (String part : List.of("train2014", "val2014", "train2017")) {
      Files.writeString(
          folder.resolve("captions_%s.json".formatted(part)),
          """
          {"images": [{"id": 5, "file_name": "a.jpg"}],
           "annotations": [{"image_id": 5, "caption": "One."}]}
          """);
    }
    assertThatThrownBy(() -> CocoCaptions.read(folder, "", 0.5, BLACK, ProblemListener.STOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "captions_train2014.json, captions_train2017.json, captions_val2014.json; allowed:"
                + " files of one year");
    Path one = folder.resolve("captions_train2014.json");
    assertThat(CocoCaptions.read(one, "", 0, BLACK, ProblemListener.STOP).train().size())
        .isEqualTo(1);
  }

  @Test
  void readsTheGenuineData() {
    Path data = Shared.path("data/flickr8k");
    Splits text = Flickr8k.read(data, "", BLACK, ProblemListener.STOP);
    Splits json =
        Karpathy.read(
            data.resolve("derived_karpathy_format.json"), "", BLACK, ProblemListener.STOP);
    assertThat(text.parts().stream().map(Dataset::size)).containsExactly(30_000, 5_000, 5_000);
    for (int part = 0; part < 3; part++) {
      assertThat(lines(json.parts().get(part)))
          .containsExactlyInAnyOrderElementsOf(lines(text.parts().get(part)));
    }
  }

  private static List<String> lines(Dataset part) {
    return part.stream(0).map(e -> e.pictures().get(0).name() + " " + e.text().strip()).toList();
  }

  private void writeFlickr8k(String... captions) throws IOException {
    Files.write(folder.resolve("Flickr8k.token.txt"), List.of(captions));
    Files.writeString(folder.resolve("Flickr_8k.trainImages.txt"), "b.jpg\n");
    Files.writeString(folder.resolve("Flickr_8k.devImages.txt"), "a.jpg\n\n");
    Files.writeString(folder.resolve("Flickr_8k.testImages.txt"), "c.jpg\n");
  }

  private static String image(String below, String name, String split, String sentences) {
    return "{'filepath': '%s', 'filename': '%s', 'split': '%s', 'imgid': 3, 'sentences': [%s]}"
        .formatted(below, name, split, sentences);
  }

  private Path karpathy(String... images) throws IOException {
    return Files.writeString(
        folder.resolve("dataset_small.json"),
        "{\"dataset\": \"small\", \"images\": [%s]}"
            .formatted(String.join(",\n", Stream.of(images).toList()).replace('\'', '"')));
  }

  private void picture(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.createFile(file);
  }
}

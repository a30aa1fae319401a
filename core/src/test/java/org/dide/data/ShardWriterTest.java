package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.ScenesSettings;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.train.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardWriterTest {
  private static final PictureDecoder DECODER =
      PictureDecoder.of(new ImageDecoder(DecodeOptions.defaults()));

  @TempDir private Path folder;

  private final List<String> leftOut = new ArrayList<>();
  private final ProblemListener listener =
      new ProblemListener() {
        @Override
        public void onProblem(InputException problem) {
          throw problem;
        }

        @Override
        public void onUnreadable(InputException problem) {
          leftOut.add(problem.getMessage());
        }
      };

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Splits data = files(7);
    Path shards = folder.resolve("shards");
    List<Integer> progress = new ArrayList<>();
    ShardWriter writer = ShardWriter.of(data, 3);
    assertThat(writer.pictures()).isEqualTo(7);
    assertThat(writer.write(shards, progress::add, listener))
        .isEqualTo(new ShardWriter.Result(7, 4, 0));
    assertThat(progress).containsExactly(3, 4, 6, 7);
    Splits read = WebDataset.read(shards, 0.5, 9, DECODER, listener);
    for (Split split : Split.values()) {
      assertThat(lines(read.part(split))).isEqualTo(lines(data.part(split)));
    }
    FilePart first = (FilePart) read.train().example(0, 0).pictures().get(0);
    assertThat(first.name()).isEqualTo("train/own-00000/0.png");
    byte[] whole = Files.readAllBytes(first.file());
    byte[] original = Files.readAllBytes(folder.resolve("pictures/0.png"));
    assertThat(
            Arrays.copyOfRange(whole, (int) first.offset(), (int) first.offset() + original.length))
        .isEqualTo(original);
  }

  @Test
  void goesOnWithWhatIsMissing() throws IOException {
    Splits data = files(7);
    Path shards = folder.resolve("shards");
    ShardWriter.of(data, 2).write(shards, done -> {}, listener);
    Path second = shards.resolve("train/own-00001.tar");
    byte[] bytes = Files.readAllBytes(second);
    Files.delete(second);
    assertThat(ShardWriter.of(data, 2).write(shards, done -> {}, listener))
        .isEqualTo(new ShardWriter.Result(7, 1, 3));
    assertThat(Files.readAllBytes(second)).isEqualTo(bytes);
    try (Stream<Path> all = Files.walk(shards)) {
      assertThat(all.filter(Files::isRegularFile)).hasSize(5); // nothing half-written
    }
    assertThatThrownBy(() -> ShardWriter.of(data, 3).write(shards, done -> {}, listener))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("shards.json: tells of other data");
  }

  @Test
  void captionsThatWereCorrectedAreOtherData() throws IOException {
    Path shards = folder.resolve("shards");
    ShardWriter.of(files(4), 9).write(shards, done -> {}, listener);
    Path file = folder.resolve("own");
    String lines = Files.readString(file);
    Files.writeString(file, lines.replace("Number 0.", "Number 0!"));
    ShardWriter corrected = ShardWriter.of(read(file), 9);
    assertThatThrownBy(() -> corrected.write(shards, done -> {}, listener))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("shards.json: tells of other data");
    Files.writeString(file, lines);
    assertThat(ShardWriter.of(read(file), 9).write(shards, done -> {}, listener).kept())
        .isEqualTo(3);
  }

  @Test
  void removesWhatAKilledRunHasLeft() throws IOException, InterruptedException {
    Path shards = folder.resolve("shards");
    ShardWriter.of(files(4), 9).write(shards, done -> {}, listener);
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path left =
        Files.createFile(
            shards.resolve("train/.own-00000.tar.%d-2rgx7.part".formatted(ended.pid())));
    Path anothers =
        Files.createFile(
            shards.resolve(
                "train/.own-00000.tar.%d-2rgx7.part".formatted(ProcessHandle.current().pid())));
    ShardWriter.of(files(4), 9).write(shards, done -> {}, listener);
    assertThat(left).doesNotExist();
    assertThat(anothers).exists();
  }

  @Test
  void leavesOutWhatCannotBeRead() throws IOException {
    Splits data = files(4);
    Files.delete(folder.resolve("pictures/1.png"));
    assertThat(ShardWriter.of(data, 10).write(folder.resolve("s"), done -> {}, listener))
        .isEqualTo(new ShardWriter.Result(3, 3, 0));
    assertThat(leftOut).hasSize(1).first().asString().contains("1.png");
  }

  @Test
  void drawnPicturesAreWrittenAsPng() {
    ScenesSettings settings = Recipes.defaults(TaskName.PRETRAINING).data().scenes().withSizes(6);
    Splits scenes =
        new Splits(
            ScenesDataset.of(TaskName.PRETRAINING, Split.TRAIN, settings),
            ScenesDataset.of(TaskName.PRETRAINING, Split.DEV, settings),
            ScenesDataset.of(TaskName.PRETRAINING, Split.TEST, settings));
    Path shards = folder.resolve("scenes");
    ShardWriter.of(scenes, 4).write(shards, done -> {}, listener);
    Splits read = WebDataset.read(shards, 0.5, 9, DECODER, listener);
    assertThat(lines(read.dev())).isEqualTo(lines(scenes.dev()));
    assertThat(read.parts().stream().flatMap(part -> part.stream(0)).map(Example::id))
        .doesNotHaveDuplicates(); // though the tars of each part are called alike
    assertThatThrownBy(
            () ->
                ShardWriter.of(
                    new Splits(
                        ScenesDataset.train(ScenesSettings.DEFAULT), read.dev(), read.test()),
                    4))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("allowed: data with captions");
  }

  /** Text and pixels. */
  private static List<String> lines(Dataset part) {
    return part.stream(0)
        .map(e -> e.text() + Arrays.toString(e.pictures().get(0).load().rgb()))
        .toList();
  }

  /** Pictures in files, every other one with two captions; the last two are dev and test. */
  private Splits files(int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    Files.createDirectories(folder.resolve("pictures"));
    for (int i = 0; i < count; i++) {
      Files.write(folder.resolve("pictures/%d.png".formatted(i)), Tars.picture(i));
      String split = i == count - 1 ? "test" : i == count - 2 || i == count - 3 ? "dev" : "train";
      String captions =
          i % 2 == 0 ? "\"Number %1$d.\"" : "\"Number %1$d.\", \"Die %1$dte, größer.\"";
      lines.append(
          "{\"id\": \"%d\", \"image\": \"pictures/%d.png\", \"split\": \"%s\", \"captions\": [%s]}\n"
              .formatted(i, i, split, captions.formatted(i)));
    }
    Path file = folder.resolve("own");
    Files.writeString(file, lines);
    return read(file);
  }

  private static Splits read(Path file) {
    return new OwnJsonl(file, OwnJsonl.PicturePaths.BELOW_THE_FILE, DECODER, ProblemListener.STOP)
        .examples(TaskName.PRETRAINING);
  }
}

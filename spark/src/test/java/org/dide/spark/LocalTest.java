package org.dide.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.dide.InputException;
import org.dide.answer.DualAnswerer;
import org.dide.answer.PictureEncoder.Outcome;
import org.dide.data.TaskName;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
import org.dide.task.Answer;
import org.dide.tensor.Device;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoding and asking with Spark inside this process, on two threads. */
class LocalTest {
  private static final int COUNT = 12;
  private static final String DAMAGED = "deep/er/damaged.PNG";

  @TempDir static Path shared;
  private static Path pictures;
  private static Path model;
  private static SparkSession session;

  @TempDir Path folder;
  private Path out;

  @BeforeAll
  static void start() throws IOException {
    model = TinyModel.save(shared.resolve("model"), TaskName.VQA, 1);
    pictures = shared.resolve("pictures");
    for (int i = 0; i < COUNT; i++) {
      TinyModel.picture(pictures.resolve(i % 2 == 0 ? i + ".png" : "deep/a b%" + i + ".png"), i);
    }
    Files.createDirectories(pictures.resolve("deep/er"));
    Files.writeString(pictures.resolve(DAMAGED), "no picture");
    Files.writeString(pictures.resolve("notes.txt"), "passed over");
    session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.sql.files.openCostInBytes", 1 << 20)
            .config("spark.sql.files.maxPartitionBytes", 4 << 20)
            .config("spark.sql.warehouse.dir", shared.resolve("warehouse").toString())
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  @BeforeEach
  void place() {
    out = folder.resolve("out");
  }

  @Test
  void picturesOfAFolderAreEncodedAsInOneProcess() throws Exception {
    VectorsDescription description = encode(new FolderInput(pictures.toString()), model);
    Map<String, Outcome> expected = OneProcess.encode(model, List.of(pictures.toString()));
    assertThat(expected).hasSize(COUNT + 1).containsKey("deep/a b%1.png");
    OneProcess.assertSame(session, out, expected);
    assertThat(description.unreadable()).isEqualTo(1);
    Row unreadable = OneProcess.rows(session, out, "unreadable").get(0);
    assertThat(unreadable.getString(0)).isEqualTo(DAMAGED);
    assertThat(unreadable.getString(1)).contains(DAMAGED);
    assertThat(out).isDirectoryNotContaining(path -> path.endsWith("_encoding"));
  }

  @Test
  void aPictureOfPairsHasVectorsForBothPlaces() throws Exception {
    Path pairs = TinyModel.save(folder.resolve("pairs"), TaskName.REASONING, 2);
    encode(new FolderInput(pictures.toString()), pairs);
    assertThat(session.read().parquet(out.resolve("pictures").toString()).columns())
        .containsExactly(
            "id", "sha256", "width", "height", "pooled_0", "pooled_1", "share_0", "share_1");
    OneProcess.assertSame(session, out, OneProcess.encode(pairs, List.of(pictures.toString())));
    assertThatThrownBy(() -> score(pairs, TinyModel.QUESTION))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("about 2 pictures, allowed is one about single pictures");
  }

  @Test
  void picturesOfTarsAreEncodedAsInOneProcess() throws Exception {
    Path tars = Files.createDirectories(folder.resolve("tars"));
    tar(tars.resolve("000.tar"), 0, 5);
    tar(tars.resolve("001.tar"), 5, COUNT);
    encode(new TarInput(tars + "/*.tar"), model);
    Map<String, Outcome> expected =
        OneProcess.encode(
            model, List.of(tars.resolve("000.tar").toString(), tars.resolve("001.tar").toString()));
    assertThat(expected).hasSize(COUNT).containsKey("001/5.png");
    OneProcess.assertSame(session, out, expected);
  }

  @Test
  void aTarThatEndsEarlyIsToldAndTheOthersAreRead() throws Exception {
    Path tars = Files.createDirectories(folder.resolve("tars"));
    tar(tars.resolve("000.tar"), 0, 3);
    Path cut = tars.resolve("001.tar");
    tar(cut, 3, 6);
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    VectorsDescription description = encode(new TarInput(tars.toString()), model);
    assertThat(description.pictures()).isBetween(4L, 5L);
    Row unreadable = OneProcess.rows(session, out, "unreadable").get(0);
    assertThat(unreadable.getString(0)).isEqualTo("001");
    assertThat(unreadable.getString(1)).contains("001.tar: no whole tar");
  }

  @Test
  void picturesOfATableAreEncodedAsInOneProcess() throws Exception {
    Map<String, Outcome> expected = byNumber();
    String plain = table(List.of(0, 1, 2, 3)).toString();
    encode(new TableInput(plain, "number", "picture"), model);
    OneProcess.assertSame(session, out, expected);

    String nested = folder.resolve("nested").toString();
    session
        .read()
        .parquet(plain)
        .select(
            struct(col("picture").as("bytes"), col("number").cast("string").as("path")).as("image"))
        .write()
        .parquet(nested);
    out = folder.resolve("again");
    encode(new TableInput(nested, "image.path", "image"), model);
    OneProcess.assertSame(session, out, expected);
  }

  @Test
  void aTableMustNameItsPicturesEachOnce() throws Exception {
    String plain = table(List.of(0, 1, 1)).toString();
    assertThatThrownBy(() -> encode(new TableInput(plain, "number", "picture"), model))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than once, such as '1' (2 times)");
    assertThatThrownBy(() -> encode(new TableInput(plain, "name", "picture"), model))
        .hasMessageContaining("there is no column 'name'; its columns are number, picture");
    assertThatThrownBy(() -> encode(new TableInput(plain, "number", "number"), model))
        .hasMessageContaining("column 'number': found int, allowed are binary and a struct");
  }

  @Test
  void answersEqualThoseOfOneProcess() throws Exception {
    assertAnswersOfOneProcess(model);
  }

  @Test
  void answersOfAJoinThatLooksEqualThoseOfOneProcess() throws Exception {
    Architecture sizes =
        TinyModel.SIZES.withJoin(Optional.of(new AttentiveSizes(2, 4))); // layers, vectors
    Path attentive = TinyModel.save(folder.resolve("attentive"), TaskName.VQA, sizes, 3);
    assertAnswersOfOneProcess(attentive);
    OneProcess.assertSame(session, out, OneProcess.encode(attentive, List.of(pictures.toString())));
  }

  private void assertAnswersOfOneProcess(Path model) throws Exception {
    encode(new FolderInput(pictures.toString()), model);
    Path asked = folder.resolve("asked");
    Dataset<Row> tally =
        new ScoreJob(
                List.of(out.toString()),
                model,
                List.of(TinyModel.QUESTION, "is it ?"),
                2,
                asked.toString())
            .run(session);
    Map<String, List<Answer>> found =
        OneProcess.rows(session, asked, "answers").stream()
            .filter(row -> row.getString(0).equals(TinyModel.QUESTION))
            .collect(Collectors.toMap(row -> row.getString(1), LocalTest::answers));
    Map<String, List<Answer>> expected = new TreeMap<>();
    try (TrainedModel trained = ModelFolder.load(model, Device.CPU)) {
      DualAnswerer answerer = DualAnswerer.of(trained);
      for (String id : found.keySet()) {
        expected.put(id, answerer.ask(pictures.resolve(id), TinyModel.QUESTION, 2));
      }
    }
    assertThat(found).hasSize(COUNT).isEqualTo(expected);
    Map<String, Long> counts =
        expected.values().stream()
            .collect(Collectors.groupingBy(best -> best.get(0).text(), Collectors.counting()));
    assertThat(
            tally.collectAsList().stream()
                .filter(row -> row.getString(0).equals(TinyModel.QUESTION))
                .collect(Collectors.toMap(row -> row.getString(1), row -> row.getLong(2))))
        .isEqualTo(counts);
  }

  @Test
  void refusesVectorsOfAnotherModelAndPlacesThatAreTaken() {
    encode(new FolderInput(pictures.toString()), model);
    Path other = TinyModel.save(folder.resolve("other"), TaskName.VQA, 9);
    assertThatThrownBy(() -> score(other, TinyModel.QUESTION))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found vectors of the model");
    assertThatThrownBy(() -> encode(new FolderInput(pictures.toString()), model))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not empty");
    assertThatThrownBy(() -> encode(new FolderInput(folder + "/none"), model))
        .isInstanceOf(InputException.class);
  }

  @Test
  void aFolderWithoutPicturesIsTold() throws Exception {
    Path bare = Files.createDirectories(folder.resolve("bare"));
    assertThatThrownBy(() -> encode(new FolderInput(bare.toString()), model))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found no picture; looked for names that end in .bmp");
    Files.writeString(bare.resolve("damaged.png"), "no picture");
    out = folder.resolve("again");
    assertThatThrownBy(() -> encode(new FolderInput(bare.toString()), model))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none of 1 pictures could be read");
  }

  private VectorsDescription encode(Input input, Path model) {
    return new EncodeJob(input, model, out.toString(), 1 << 10).run(session);
  }

  private Dataset<Row> score(Path model, String question) {
    return new ScoreJob(
            List.of(out.toString()),
            model,
            List.of(question),
            1,
            folder.resolve("refused").toString())
        .run(session);
  }

  private static List<Answer> answers(Row row) {
    List<Row> answers = row.getList(2);
    return answers.stream()
        .map(answer -> new Answer(answer.getString(0), answer.getDouble(1)))
        .toList();
  }

  private static void tar(Path file, int from, int to) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (int i = from; i < to; i++) {
        entry(tar, i + ".png", Files.readAllBytes(numbered(i)));
        entry(tar, i + ".json", new byte[] {'{', '}'});
      }
    }
  }

  private static void entry(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static Path numbered(int i) {
    return pictures.resolve(i % 2 == 0 ? i + ".png" : "deep/a b%" + i + ".png");
  }

  private Path table(List<Integer> numbers) throws IOException {
    Path table = folder.resolve("table");
    StructType type =
        DataTypes.createStructType(
            new StructField[] {
              DataTypes.createStructField("number", DataTypes.IntegerType, false),
              DataTypes.createStructField("picture", DataTypes.BinaryType, true)
            });
    List<Row> rows = new ArrayList<>();
    for (int number : numbers) {
      rows.add(RowFactory.create(number, Files.readAllBytes(numbered(number))));
    }
    session.createDataFrame(rows, type).write().parquet(table.toString());
    return table;
  }

  /** The first four pictures, by their numbers. */
  private static Map<String, Outcome> byNumber() throws InterruptedException {
    Map<String, Outcome> byNumber = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      String number = Integer.toString(i);
      OneProcess.encode(model, List.of(numbered(i).toString()))
          .forEach((id, outcome) -> byNumber.put(number, outcome));
    }
    return byNumber;
  }
}

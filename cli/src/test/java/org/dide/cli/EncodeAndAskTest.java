package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.answer.Towers;
import org.dide.hub.ModelFolder;
import org.dide.hub.ModelKind;
import org.dide.hub.TrainedModel;
import org.dide.store.StoreUpdate;
import org.dide.store.StoreWriter;
import org.dide.store.StoredRow;
import org.dide.store.VectorStore;
import org.dide.tensor.Device;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dide encode} and {@code dide ask}, from the command line to what they print. */
class EncodeAndAskTest {
  private static final String QUESTION = "what is it?";

  @TempDir Path folder;
  private Path model;
  private Path pictures;
  private Path store;

  @BeforeEach
  void place() throws IOException {
    model = TinyModelFolder.save(folder.resolve("model"), ModelKind.DUAL, 1);
    pictures = folder.resolve("pictures");
    store = folder.resolve("store");
    TinyModelFolder.picture(pictures.resolve("b.png"), 1);
    TinyModelFolder.picture(pictures.resolve("a/2.png"), 2);
    TinyModelFolder.picture(pictures.resolve("a/10.png"), 3);
  }

  @Test
  void encodesAFolderAndTellsHowMany() throws IOException {
    CommandRun run = encode();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "3 pictures in %s: 3 added, 0 replaced, 0 unchanged, 0 removed, 0 unreadable%n"
                .formatted(store));
    assertThat(run.err()).contains("3 of 3 pictures").doesNotContain("could not be read");
    assertThat(ids()).containsExactly("a/10.png", "a/2.png", "b.png");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(model, pictures, store);
    }
  }

  @Test
  void bringsAStoreUpToDate() throws IOException {
    encode();
    TinyModelFolder.picture(pictures.resolve("b.png"), 9); // changed
    TinyModelFolder.picture(pictures.resolve("c.png"), 4); // new
    Files.delete(pictures.resolve("a/2.png")); // gone

    JsonNode kept = json(encode("--json"));
    assertThat(kept.path("added").asInt()).isEqualTo(1);
    assertThat(kept.path("replaced").asInt()).isEqualTo(1);
    assertThat(kept.path("unchanged").asInt()).isEqualTo(1);
    assertThat(kept.path("removed").asInt()).isZero();
    assertThat(ids()).containsExactly("a/10.png", "a/2.png", "b.png", "c.png");

    JsonNode synced = json(encode("--json", "--sync"));
    assertThat(synced.path("removed").asInt()).isEqualTo(1);
    assertThat(synced.path("unchanged").asInt()).isEqualTo(3);
    assertThat(ids()).containsExactly("a/10.png", "b.png", "c.png");
    assertThat(
            json(ask("--store", store, "--picture", "b.png", "--json", QUESTION)).path("answers"))
        .isEqualTo(
            json(ask("--image", pictures.resolve("b.png"), "--json", QUESTION)).path("answers"));
  }

  @Test
  void neverSyncsWithNothing() throws IOException {
    encode();
    Path list = Files.writeString(folder.resolve("list.txt"), "\n");
    CommandRun run =
        run("encode", "--list", list, "--model", model, "--store", store, "--sync", "--json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("list.txt: names no picture");
    assertThat(ids()).hasSize(3);

    try (TrainedModel trained = ModelFolder.load(model, Device.CPU);
        StoreWriter writer = StoreWriter.open(store)) {
      StoreUpdate update = new StoreUpdate(writer, Optional.empty(), 1);
      AtomicBoolean stop = new AtomicBoolean();
      assertThatThrownBy(() -> update.texts(Towers.of(trained), List.of(), true, stop, done -> {}))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("found nothing to store, and with sync nothing would be left");
      assertThat(writer.size()).isEqualTo(3);
    }
  }

  @Test
  void filtersByMetadata() throws IOException {
    Path years =
        Files.writeString(
            folder.resolve("years.jsonl"),
            """
            {"id": "b.png", "year": 2021, "city": "Rome"}
            {"id": "a/2.png", "year": 2019}
            """);
    assertThat(encode("--metadata", years.toString()).code()).isZero();

    assertThat(lines(ask("--store", store, "--where", "year > 2020", QUESTION)))
        .singleElement()
        .asString()
        .startsWith("b.png\t");
    assertThat(lines(ask("--store", store, "--where", "city IS NULL", QUESTION))).hasSize(2);
    assertThat(encode().out()).contains("3 unchanged");
    assertThat(lines(ask("--store", store, "--where", "year > 2018", QUESTION))).hasSize(2);

    Files.writeString(years, "{\"id\": \"b.png\", \"year\": 2001}");
    assertThat(encode("--metadata", years.toString()).out()).contains("2 replaced, 1 unchanged");
    assertThat(ask("--store", store, "--where", "year > 2018", QUESTION).err())
        .contains("has nothing to ask where year > 2018");
    assertThat(ask("--store", store, "--where", "colour = 'red'", QUESTION).err())
        .contains("filter 'colour = 'red'': cannot be used")
        .contains("year, city");
    Files.writeString(years, "{\"id\": \"b.png\", \"year\": \"old\"}");
    assertThat(encode("--metadata", years.toString()).err())
        .contains(
            years + ": metadata 'year': found values of type STRING, the store has INT64 there");
  }

  @Test
  void metadataOfNoItemAreTold() throws IOException {
    Path years = folder.resolve("years.jsonl");
    Files.writeString(years, "{\"id\": \"b.png\", \"year\": 2021}");
    encode("--metadata", years.toString());

    Files.writeString(years, "{\"id\": \"pictures/b.png\", \"year\": 2022}");
    CommandRun refused = encode("--metadata", years.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains(
            years + ": found 1 ids, such as 'pictures/b.png', and none of an item that is to be")
        .contains("stored; allowed are ids such as 'a/10.png'");
    assertThat(lines(ask("--store", store, "--where", "year = 2021", QUESTION))).hasSize(1);

    Files.writeString(years, "{\"id\": \"b.png\", \"year\": 1}\n{\"id\": \"x\", \"year\": 2}");
    CommandRun some = encode("--metadata", years.toString());
    assertThat(some.code()).isZero();
    assertThat(some.err())
        .contains(years + ": 1 of 2 ids are of no item that is to be stored, such as 'x'");
  }

  @Test
  void nothingIsEncodedAgainWhereMetadataAloneDiffer() throws IOException {
    encode("--precision", "int8");
    StoredRow same = row("b.png");
    StoredRow changed = row("a/10.png");
    Path years = folder.resolve("years.jsonl");
    Files.writeString(years, "{\"id\": \"b.png\", \"score\": 0.5}\n{\"id\": \"a/2.png\"}");
    TinyModelFolder.picture(pictures.resolve("a/10.png"), 8); // changed
    assertThat(encode("--metadata", years.toString()).out()).contains("2 replaced, 1 unchanged");

    assertThat(row("b.png")).usingRecursiveComparison().ignoringFields("metadata").isEqualTo(same);
    assertThat(row("b.png").metadata()).isEqualTo(Map.of("score", 0.5));
    assertThat(row("a/10.png").item()).isNotEqualTo(changed.item());
    Files.writeString(pictures.resolve("b.png"), "no picture");
    assertThat(encode().out()).contains("1 unreadable");
    Files.writeString(years, "{\"id\": \"a/2.png\", \"score\": 7}");
    assertThat(encode("--metadata", years.toString()).err()).doesNotContain("metadata");
    assertThat(row("a/2.png").metadata())
        .as("a whole number where the store has doubles")
        .isEqualTo(Map.of("score", 7.0));
  }

  @Test
  void tellsWhichTextsAreNotReadToTheirEnds() throws IOException {
    Path texts =
        Files.writeString(folder.resolve("texts.txt"), "what?\nwhat is it? what is it? what?\n");
    CommandRun stored =
        run("encode", "--texts", texts, "--model", model, "--store", store, "--json");

    assertThat(stored.code()).isZero();
    assertThat(stored.err())
        .contains("1 texts have more tokens than the model reads")
        .contains("  2: what is it? what is it? what?");
    assertThat(stored.json().path("too_long").asInt()).isEqualTo(1);
  }

  @Test
  void storesTheSameWithAnyNumberOfThreadsAndInHalfTheBytesNearlyTheSame() {
    encode("--threads", "1");
    List<String> one = lines(ask("--store", store, "--top", 9, QUESTION));
    store = folder.resolve("three");
    encode("--threads", "3");
    assertThat(lines(ask("--store", store, "--top", 9, QUESTION))).isEqualTo(one);
    store = folder.resolve("half");
    assertThat(encode("--precision", "fp16").code()).isZero();
    List<String> half = lines(ask("--store", store, QUESTION));
    assertThat(half).hasSize(3);
    for (int i = 0; i < half.size(); i++) {
      assertThat(half.get(i)).startsWith(one.get(i).substring(0, one.get(i).indexOf('\t', 9)));
    }
  }

  @Test
  void refusesAPrecisionThatTheStoreHasNot() {
    encode();
    assertRefused(
        encode("--precision", "fp16"),
        "--precision: found fp16, allowed is fp32, which the vectors");
    assertThat(encode("--precision", "fp32").code()).isZero();
  }

  @Test
  void storesInAQuarterOfTheBytesNearlyTheSame() {
    encode();
    List<String> exact = lines(ask("--store", store, QUESTION));
    store = folder.resolve("int8");
    assertThat(encode("--precision", "int8").code()).isZero();
    List<String> rounded = lines(ask("--store", store, QUESTION));
    assertThat(rounded).hasSize(3);
    for (int i = 0; i < exact.size(); i++) {
      String[] before = exact.get(i).split("\t", -1);
      String[] after = rounded.get(i).split("\t", -1);
      assertThat(after[0]).isEqualTo(before[0]);
      assertThat(after[1]).isEqualTo(before[1]);
      assertThat(Double.parseDouble(after[2]))
          .isCloseTo(Double.parseDouble(before[2]), within(0.01));
    }
    assertThat(lines(ask("--store", store, "--picture", "b.png", QUESTION)).toString())
        .contains(rounded.get(2).split("\t", -1)[2]);
    assertThat(CommandRun.of("store", "show", store.toString()).out()).contains("int8, width ");
    assertThat(CommandRun.of("store", "index", store.toString()).err())
        .contains("its vectors are int8; allowed for an index are float32 and float16");
  }

  @Test
  void printsWhatItEncodedAsJson() throws IOException {
    Files.writeString(pictures.resolve("c.jpg"), "no picture");
    JsonNode result = json(encode("--json"));

    assertThat(result.path("store").asText()).isEqualTo(store.toString());
    assertThat(result.path("size").asInt()).isEqualTo(3);
    assertThat(result.path("finished").asBoolean()).isTrue();
    assertThat(result.path("seconds").asDouble()).isPositive();
    assertThat(result.path("unreadable")).hasSize(1);
    assertThat(result.path("unreadable").get(0).path("id").asText()).isEqualTo("c.jpg");
    assertThat(result.path("unreadable").get(0).path("why").asText())
        .contains("is no picture of a known format");
  }

  @Test
  void listsWhatCannotBeReadAndGoesOn() throws IOException {
    Files.writeString(pictures.resolve("a/3.jpg"), "no picture");
    byte[] whole = Files.readAllBytes(pictures.resolve("b.png"));
    Files.write(pictures.resolve("cut.png"), java.util.Arrays.copyOf(whole, whole.length / 2));
    CommandRun run = encode();

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("3 pictures in").contains("2 unreadable");
    List<String> told =
        run.err().lines().dropWhile(line -> !line.startsWith("2 pictures could")).toList();
    assertThat(told).hasSize(3);
    assertThat(told.get(1)).startsWith("  " + pictures.resolve("a/3.jpg") + ": ");
    assertThat(told.get(2)).startsWith("  " + pictures.resolve("cut.png") + ": ");
    assertThat(ids()).containsExactly("a/10.png", "a/2.png", "b.png");
  }

  @Test
  void strictExitsWithOneAndStillWritesTheOthers() throws IOException {
    assertThat(encode("--strict").code()).isZero();
    Files.writeString(pictures.resolve("a/3.jpg"), "no picture");
    CommandRun run = encode("--strict");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("a/3.jpg: is no picture");
    assertThat(ids()).hasSize(3);
  }

  @Test
  void failsIfNothingCouldBeRead() throws IOException {
    Files.writeString(folder.resolve("only.jpg"), "no picture");
    CommandRun run = run("encode", folder.resolve("only.jpg"), "--model", model, "--store", store);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("only.jpg: is no picture").contains("the store is empty");
  }

  @Test
  void doesNotEncodeOverAnythingElse() {
    CommandRun run = run("encode", pictures, "--model", model, "--store", pictures);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(pictures + ": holds a, allowed for a new store is an empty folder");
    assertThat(pictures.resolve("b.png")).exists();
  }

  @Test
  void goesOnWhereMakingAStoreWasCutShort() throws IOException {
    Files.createDirectories(store.resolve("records"));
    Files.createFile(store.resolve("writer.lock"));
    assertThat(encode().out()).contains("3 added");
  }

  @Test
  void doesNotMakeAStoreOverRowsWhoseRecordsAreLost() throws IOException {
    encode();
    try (Stream<Path> records = Files.list(store.resolve("records"))) {
      for (Path record : records.toList()) {
        Files.delete(record);
      }
    }
    assertThat(encode().err()).contains("holds rows, but no record of a commit");
  }

  @Test
  void refusesAFusionModel() {
    Path fusion = TinyModelFolder.save(folder.resolve("fusion"), ModelKind.FUSION, 1);
    CommandRun run = run("encode", pictures, "--model", fusion, "--store", store);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("found a fusion model").contains("allowed is a dual encoder");
    assertThat(store).doesNotExist();
  }

  @Test
  void refusesWrongUsageOfEncode() throws IOException {
    Path texts = Files.writeString(folder.resolve("texts.txt"), "what is it?");
    assertThat(run("encode", pictures, "--model", model).code()).isEqualTo(2);
    assertThat(run("encode", "--model", model, "--store", store).code()).isEqualTo(2);
    assertThat(encode("--texts", texts.toString()).code()).isEqualTo(2);
    assertThat(encode("--threads", "-1").code()).isEqualTo(2);
    assertThat(encode("--threads", "-1").err()).contains("--threads: found -1");
    assertThat(store).doesNotExist();
  }

  @Test
  void asksStoredTextsAboutAPicture() throws IOException {
    Path texts = Files.writeString(folder.resolve("texts.txt"), "what is it?\n\nis it what?\n");
    CommandRun stored = run("encode", "--texts", texts, "--model", model, "--store", store);
    assertThat(stored.out()).startsWith("2 texts in " + store);

    Path image = pictures.resolve("b.png");
    JsonNode asked = json(ask("--store", store, "--image", image, "--top", 9, "--json"));
    assertThat(asked.path("texts")).hasSize(2);
    for (JsonNode one : asked.path("texts")) {
      String text = one.path("text").asText();
      assertThat(one.path("answers"))
          .isEqualTo(json(ask("--image", image, "--top", 9, "--json", text)).path("answers"));
    }
    assertThat(lines(ask("--store", store, "--image", image)).get(1)).startsWith("is it what?\t");
    assertThat(ask("--store", store, "--image", image, QUESTION).code()).isEqualTo(2);
    assertThat(encode().err()).contains("holds texts, to be added are pictures");
  }

  @Test
  void writesAnswersToFiles() throws IOException {
    encode();
    Path csv = folder.resolve("answers.csv");
    assertThat(ask("--store", store, "--out", csv, "--top", 2, QUESTION).out()).isEmpty();
    assertThat(Files.readAllLines(csv))
        .hasSize(4)
        .startsWith("id,answer_1,probability_1,answer_2,probability_2");
    assertThat(Files.readAllLines(csv).get(1)).startsWith("a/10.png,");

    Path table = folder.resolve("answers.parquet");
    assertThat(ask("--store", store, "--out", table, "--top", 2, QUESTION).out()).isEmpty();
    assertThat(new String(Files.readAllBytes(table), StandardCharsets.ISO_8859_1))
        .startsWith("PAR1")
        .endsWith("PAR1")
        .contains("answer_1", "probability_2", "a/10.png");

    Path lines = folder.resolve("answers.jsonl");
    ask("--store", store, "--out", lines, QUESTION);
    assertThat(new ObjectMapper().readTree(Files.readAllLines(lines).get(2)).path("id").asText())
        .isEqualTo("b.png");

    Path page = folder.resolve("answers.html");
    assertThat(ask("--store", store, "--out", page, "--pictures", pictures, "<b>what</b>?").code())
        .isZero();
    assertThat(Files.readString(page))
        .contains("&lt;b&gt;what&lt;/b&gt;?", "a/2.png", "data:image/png;base64,")
        .doesNotContain("<b>what");
    Files.delete(pictures.resolve("b.png"));
    assertThat(ask("--store", store, "--out", page, "--pictures", pictures, QUESTION).code())
        .isZero();
    assertThat(Files.readString(page)).contains("b.png", "no picture", "data:image/png;base64,");
    CommandRun unnamed = ask("--store", store, "--out", page, QUESTION);
    assertThat(unnamed.code()).isEqualTo(2);
    assertThat(unnamed.err()).contains("--pictures: found none");
    CommandRun missing = ask("--store", store, "--out", page, "--pictures", csv, QUESTION);
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("--pictures: found " + csv);
    JsonNode told = json(ask("--store", store, "--out", csv, "--json", QUESTION));
    assertThat(told.path("out").asText()).isEqualTo(csv.toString());
    assertThat(told.path("pictures").asInt()).isEqualTo(3);
    CommandRun other = ask("--store", store, "--out", folder.resolve("answers.doc"), QUESTION);
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err())
        .contains("allowed are names that end in .jsonl, .csv, .parquet or .html");
  }

  @Test
  void countsAnswers() {
    encode();
    JsonNode counted = json(run("count", "--store", store, "--model", model, "--json", QUESTION));
    int sum = 0;
    for (JsonNode answer : counted.path("answers")) {
      sum += answer.path("count").asInt();
      assertThat(answer.path("examples").get(0).path("id").asText()).isIn(ids());
    }
    assertThat(sum).isEqualTo(3);
    CommandRun text = run("count", "--store", store, "--model", model, QUESTION);
    assertThat(lines(text)).hasSize(counted.path("answers").size());
    assertThat(lines(text).get(0)).matches(" +[1-3]\t[a-z ]+\t.*png.*");
  }

  @Test
  void asksAPictureFile() {
    CommandRun run = ask("--image", pictures.resolve("b.png"), QUESTION, "--top", 3);

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(lines(run)).hasSize(3).allMatch(line -> line.matches("0\\.\\d{4}  [a-z ]+"));
    assertThat(lines(run)).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    assertThat(lines(ask("--image", pictures.resolve("b.png"), QUESTION)))
        .hasSize(5)
        .startsWith(lines(run).toArray(String[]::new));
  }

  @Test
  void asksAFusionModelToo() {
    Path fusion = TinyModelFolder.save(folder.resolve("fusion"), ModelKind.FUSION, 1);
    CommandRun run = run("ask", "--model", fusion, "--image", pictures.resolve("b.png"), QUESTION);

    assertThat(run.code()).isZero();
    assertThat(lines(run)).hasSize(5);
  }

  @Test
  void storedAnswersEqualThoseFromPixels() throws IOException {
    encode();
    JsonNode all = json(ask("--store", store, "--json", "--top", 9, QUESTION));
    assertThat(all.path("question").asText()).isEqualTo(QUESTION);
    assertThat(all.path("pictures")).hasSize(3);

    List<JsonNode> answers = new ArrayList<>();
    for (JsonNode one : all.path("pictures")) {
      String id = one.path("id").asText();
      JsonNode direct = json(ask("--image", pictures.resolve(id), "--json", "--top", 9, QUESTION));
      JsonNode stored =
          json(ask("--store", store, "--picture", id, "--json", "--top", 9, QUESTION));
      assertThat(direct.path("answers")).hasSize(TinyModelFolder.ANSWERS.size());
      assertThat(one.path("answers")).isEqualTo(direct.path("answers"));
      assertThat(stored.path("answers")).isEqualTo(direct.path("answers"));
      assertThat(stored.path("picture").asText()).isEqualTo(id);
      answers.add(direct.path("answers"));
    }
    assertThat(answers).doesNotHaveDuplicates();
  }

  @Test
  void printsOneLineForEachStoredPicture() throws IOException {
    encode();
    CommandRun run = ask("--store", store, QUESTION);

    assertThat(run.code()).isZero();
    assertThat(lines(run)).hasSize(3).allMatch(line -> line.matches("[^\t]+\t[a-z ]+\t0\\.\\d{4}"));
    assertThat(lines(run).stream().map(line -> line.split("\t")[0]).toList())
        .containsExactlyElementsOf(ids());
    String first = lines(ask("--store", store, "--picture", "b.png", QUESTION)).get(0);
    assertThat(lines(run).get(2))
        .isEqualTo("b.png\t%s\t%s".formatted(first.substring(8), first.substring(0, 6)));
  }

  @Test
  void namesAPictureThatIsNotStored() {
    encode();
    CommandRun run = ask("--store", store, "--picture", "z.png", QUESTION);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("has no item 'z.png'; its 3 items are a/10.png, a/2.png, b.png");
  }

  @Test
  void refusesAStoreOfAnotherModel() {
    encode();
    Path other = TinyModelFolder.save(folder.resolve("other"), ModelKind.DUAL, 2);
    CommandRun run = run("ask", "--model", other, "--store", store, QUESTION);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("holds vectors of the model model");
  }

  @Test
  void tellsWhatOfALongQuestionIsNotRead() {
    CommandRun run = ask("--image", pictures.resolve("b.png"), "what is it? what is it? what?");

    assertThat(run.code()).isZero();
    assertThat(run.err())
        .isEqualTo("the question has 12 tokens, of which the model reads the first 7\n");
  }

  @Test
  void refusesWrongUsageOfAsk() {
    Path image = pictures.resolve("b.png");
    assertThat(ask(QUESTION).code()).isEqualTo(2);
    assertThat(ask("--store", store).code()).isEqualTo(2);
    assertThat(ask("--image", image).code()).isEqualTo(2);
    assertThat(ask("--image", image, " ").err()).contains("the question is empty");
    assertThat(ask("--image", image, "--store", store, QUESTION).code()).isEqualTo(2);
    assertThat(ask("--image", image, "--picture", "b.png", QUESTION).code()).isEqualTo(2);
    assertThat(ask("--image", image, "--top", 0, QUESTION).code()).isEqualTo(2);
    assertIgnoredByNobody("--where", ask("--image", image, "--where", "width > 1", QUESTION));
    assertIgnoredByNobody(
        "--pictures", ask("--store", store, "--out", "a.csv", "--pictures", pictures, QUESTION));
    assertIgnoredByNobody("--pictures", ask("--store", store, "--pictures", pictures, QUESTION));
    assertIgnoredByNobody(
        "--out: a page is of pictures",
        ask("--store", store, "--image", image, "--out", "a.html", "--pictures", pictures));
    assertThat(ask("--image", folder.resolve("absent.png"), QUESTION).code()).isEqualTo(1);
    assertThat(ask("--store", folder.resolve("absent"), QUESTION).code()).isEqualTo(1);
  }

  @Test
  void refusesAStoreOfTheOtherKind() throws IOException {
    Path texts = Files.writeString(folder.resolve("texts.txt"), "what is it?\n");
    Path questions = folder.resolve("questions");
    encode();
    run("encode", "--texts", texts, "--model", model, "--store", questions);

    String holdsTexts = questions + ": holds texts; allowed is a store of pictures";
    assertRefused(ask("--store", questions, QUESTION), holdsTexts);
    assertRefused(ask("--store", questions, "--picture", "1", QUESTION), holdsTexts);
    assertRefused(run("count", "--store", questions, "--model", model, QUESTION), holdsTexts);
    assertRefused(
        ask("--store", store, "--image", pictures.resolve("b.png")),
        store + ": holds pictures; allowed is a store of texts");
  }

  @Test
  void refusesAPairWhereTheModelIsOfOnePicture() throws IOException {
    Path texts = Files.writeString(folder.resolve("texts.txt"), "what is it?\n");
    run("encode", "--texts", texts, "--model", model, "--store", store);
    Path image = pictures.resolve("b.png");

    assertRefused(
        ask("--store", store, "--image", image, "--image", image),
        "task vqa: found 2 pictures, allowed for each text: 1");
  }

  private static void assertIgnoredByNobody(String option, CommandRun run) {
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith(option);
  }

  private static void assertRefused(CommandRun run, String message) {
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }

  private CommandRun encode(String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("encode", pictures, "--model", model, "--store", store));
    arguments.addAll(List.of(more));
    return run(arguments.toArray());
  }

  private CommandRun ask(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("ask", "--model", model));
    arguments.addAll(List.of(more));
    return run(arguments.toArray());
  }

  private List<String> ids() {
    try (VectorStore opened = VectorStore.open(store)) {
      return List.copyOf(opened.checksums().keySet());
    }
  }

  private StoredRow row(String id) {
    try (VectorStore opened = VectorStore.open(store)) {
      return opened.find(id).orElseThrow();
    }
  }

  private static JsonNode json(CommandRun run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(lines(run)).hasSize(1);
    return run.json();
  }

  private static List<String> lines(CommandRun run) {
    return run.out().lines().toList();
  }

  private static CommandRun run(Object... arguments) {
    return CommandRun.of(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
  }
}

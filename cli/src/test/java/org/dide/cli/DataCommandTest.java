package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
  @TempDir private Path folder;

  @Test
  void writesShardsThatAreReadAgain() {
    Path shards = folder.resolve("shards");
    String captions = folder.resolve("c").resolve("captions.jsonl").toString();
    CommandRun.of("data", "scenes", "--captions", "--count=7", "--out=" + folder.resolve("c"));
    String[] command = {
      "data", "shards", "--format=jsonl", captions, "--out=" + shards, "--examples=4"
    };
    CommandRun run = CommandRun.of(command);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("7 pictures in 2 tars, 2 of them new; left out: 0");
    assertThat(run.err()).contains("7 of 7 pictures");
    assertThat(CommandRun.of(command).out()).contains("7 pictures in 2 tars, 0 of them new");

    CommandRun check =
        CommandRun.of("data", "check", "--format=webdataset", shards.toString(), "--json");
    assertThat(check.json().at("/errors").asInt()).as(check.out()).isZero();
    assertThat(check.json().at("/parts/0/pictures").asInt()).isEqualTo(6);
    assertThat(check.json().at("/parts/1/pictures").asInt()).isEqualTo(1); // a tenth for dev
    CommandRun stats =
        CommandRun.of("data", "stats", "--format=webdataset", shards.toString(), "--json");
    assertThat(stats.json().at("/parts/0/name").asText()).isEqualTo("shards/train");
    assertThat(CommandRun.of("data", "shards", "--format=jsonl", captions).code()).isEqualTo(2);
  }

  @Test
  void addsTheWordsOfASecondDataSetToAVocabulary() throws IOException {
    Path captions = Files.writeString(folder.resolve("vocab.txt"), vocabularyOf("zebra", "cube"));
    CommandRun run =
        CommandRun.of(
            "data",
            "vocabulary",
            "--format=scenes",
            "--after=" + captions,
            "--out=" + folder.resolve("both.txt"));
    assertThat(run.code()).as(run.err()).isZero();
    List<String> tokens = Files.readAllLines(folder.resolve("both.txt"));
    assertThat(tokens)
        .startsWith("[PAD]", "[UNK]", "[CLS]", "[SEP]", "zebra", "cube", "[MASK]")
        .contains("a", "##a", "circle", "there")
        .doesNotHaveDuplicates();
    assertThat(run.out())
        .contains(
            "both.txt, %d tokens, %d of them new".formatted(tokens.size(), tokens.size() - 6));
  }

  @Test
  void aVocabularyThatIsTooSmallWritesNothing() {
    Path file = folder.resolve("small.txt");
    CommandRun run =
        CommandRun.of("data", "vocabulary", "--format=scenes", "--size=20", "--out=" + file);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("a vocabulary of 20 tokens is too small: it must have ");
    assertThat(file).doesNotExist();
  }

  private static String vocabularyOf(String... words) {
    return "[PAD]\n[UNK]\n[CLS]\n[SEP]\n" + String.join("\n", words) + "\n";
  }

  @Test
  void drawsCaptionsOfATask() {
    CommandRun run =
        CommandRun.of(
            "data", "scenes", "--task=retrieval", "--out=" + folder.resolve("r"), "--json");
    assertThat(run.json().at("/captions/0/caption").asText()).as(run.err()).endsWith(".");
    CommandRun check =
        CommandRun.of(
            "data",
            "check",
            "--format=jsonl",
            "--task=retrieval",
            folder.resolve("r/captions.jsonl").toString());
    assertThat(check.code()).as(check.out()).isZero();
  }

  @Test
  void writesScenesThatAreSound() {
    Path scenes = folder.resolve("scenes");
    CommandRun written =
        CommandRun.of("data", "scenes", "--out=" + scenes, "--count=300", "--split=train,dev,test");
    assertThat(written.code()).isZero();
    assertThat(written.out())
        .contains("train/0/000000")
        .contains("and 892 more")
        .contains("written: " + scenes.resolve("questions.jsonl"));

    CommandRun check = check("jsonl", scenes.resolve("questions.jsonl"));
    assertThat(check.out())
        .contains("questions.jsonl/train: 300 examples, 300 pictures")
        .contains("questions.jsonl/test: 300 examples, 300 pictures")
        .contains("errors: 0");
    assertThat(check.code()).isZero();
  }

  @Test
  void drawsTheSameScenesFromTheSameSeed() throws IOException {
    for (String name : List.of("a", "b")) {
      scenes(name, "--seed=5", "--split=dev");
    }
    scenes("c", "--seed=6", "--split=dev");
    assertThat(questions("a")).hasSameTextualContentAs(questions("b"));
    assertThat(picture("a")).hasSameBinaryContentAs(picture("b"));
    assertThat(Files.readString(questions("c"))).isNotEqualTo(Files.readString(questions("a")));
  }

  @Test
  void drawsAsARecipeSaysAndInLaterEpochs() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("own.yaml"),
            "extends: scenes-teacher\ndata: {scenes: {grid: {rows: 4, columns: 3, cell: 20}}}\n");
    scenes("first", "--recipe=" + recipe);
    scenes("later", "--epoch=20");
    RgbImage drawn = new ImageDecoder(DecodeOptions.defaults()).decode(picture("first"));
    assertThat(drawn.width()).isEqualTo(60);
    assertThat(drawn.height()).isEqualTo(80);
    assertThat(Files.readString(questions("first"))).doesNotContain("relation");
    assertThat(Files.readString(questions("later"))).contains("relation");
  }

  @Test
  void drawsASheet() {
    Path sheet = folder.resolve("sheet.png");
    CommandRun run = CommandRun.of("data", "scenes", "--sheet=" + sheet, "--json", "--split=test");
    assertThat(run.code()).isZero();
    assertThat(run.json().at("/questions/0/id").asText()).isEqualTo("test/000000");
    RgbImage image = new ImageDecoder(DecodeOptions.defaults()).decode(sheet);
    assertThat(image.width()).isEqualTo(4 + 8 * 52);
    assertThat(image.height()).isEqualTo(4 + 5 * 52);
  }

  @Test
  void writesStatementsAndCaptionsThatAreSound() throws IOException {
    for (String task : List.of("reasoning", "entailment")) {
      Path out = folder.resolve(task);
      CommandRun written =
          CommandRun.of(
              "data",
              "scenes",
              "--task=" + task,
              "--out=" + out,
              "--count=30",
              "--split=train,dev");
      assertThat(written.code()).isZero();
      assertThat(written.out()).contains("written: " + out.resolve("statements.jsonl"));
      CommandRun check =
          CommandRun.of(
              "data",
              "check",
              "--format=jsonl",
              "--task=" + task,
              out.resolve("statements.jsonl").toString());
      assertThat(check.out()).contains("statements.jsonl/dev: 30 examples").contains("errors: 0");
    }
    CommandRun captions =
        CommandRun.of("data", "scenes", "--captions", "--out=" + folder.resolve("c"), "--json");
    assertThat(captions.json().at("/captions/0/captions").size()).isEqualTo(5);
    assertThat(Files.readAllLines(folder.resolve("c/captions.jsonl"))).hasSize(100);
    assertThat(CommandRun.of("data", "scenes", "--captions", "--task=vqa").code()).isEqualTo(2);
  }

  @Test
  void drawsPairsSideBySide() {
    Path sheet = folder.resolve("pairs.png");
    CommandRun run =
        CommandRun.of("data", "scenes", "--task=reasoning", "--sheet=" + sheet, "--json");
    assertThat(run.json().at("/statements/0/label").asText()).isIn("true", "false");
    RgbImage image = new ImageDecoder(DecodeOptions.defaults()).decode(sheet);
    int pair = 4 + 2 * 52;
    assertThat(image.width()).isEqualTo(4 + 4 * (4 + pair));
  }

  @Test
  void countsStatements() {
    JsonNode json =
        CommandRun.of("data", "stats", "--format=scenes", "--task=reasoning", "--json").json();
    assertThat(json.at("/parts/1/name").asText()).isEqualTo("scenes-reasoning/dev");
    assertThat(json.at("/parts/1/types").size()).isEqualTo(8);
    assertThat(json.at("/blindScores/0/bagOfWords").asDouble()).isCloseTo(0.5, within(0.05));
  }

  @Test
  void neverWritesOverWhatIsThere() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept.txt"), "precious");
    CommandRun run = CommandRun.of("data", "scenes", "--out=" + folder);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("there is something in this folder already");
    assertThat(kept).hasContent("precious");
    assertThat(CommandRun.of("data", "scenes", "--count=0").code()).isEqualTo(2);
    assertThat(CommandRun.of("data", "scenes", "--split=most").code()).isEqualTo(2);
  }

  @Test
  void listsEveryProblemAtOnce() throws IOException {
    Path file = brokenData();
    CommandRun run = check("jsonl", file);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out().lines())
        .containsExactly(
            "error: own.jsonl: line 2: not valid JSON (Unexpected end-of-input: expected close"
                + " marker for Object (start marker at [Source: REDACTED"
                + " (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]))",
            "error: own.jsonl: line 3: field \"image\": found \"absent.png\", where there is no file;"
                + " allowed: a picture (looked for "
                + folder.resolve("absent.png")
                + ")",
            "error: own.jsonl: line 4: unknown field \"colour\"; allowed: answer, answers, captions,"
                + " id, image, images, label, question, split, statement, type",
            "error: own.jsonl: line 6: field \"id\": found \"1\" again, as in own.jsonl: line 1;"
                + " allowed: each id once",
            "error: own.jsonl/train: picture broken.png: "
                + folder.resolve("broken.png")
                + ": is no picture of a known format (it has 10 bytes, the first are 6e 6f 20 70 69"
                + " 63 74 75); allowed are JPEG, PNG, WebP, GIF, BMP and TIFF",
            "warning: own.jsonl/test: example 0 (id 6): answer: \"blue\" is not among the 1 answers"
                + " of the vocabulary",
            "warning: own.jsonl/test: picture a.png is also in own.jsonl/train",
            "warning: own.jsonl/dev: found no examples; a training needs train and dev",
            "own.jsonl/train: 2 examples, 2 pictures",
            "own.jsonl/dev: 0 examples, 0 pictures",
            "own.jsonl/test: 1 examples, 1 pictures",
            "errors: 5, warnings: 3");
  }

  @Test
  void tellsProblemsToMachines() throws IOException {
    CommandRun run = CommandRun.of("data", "check", "--format=jsonl", brokenData() + "", "--json");
    assertThat(run.code()).isEqualTo(1);
    JsonNode json = run.json();
    assertThat(json.get("usable").asBoolean()).isFalse();
    assertThat(json.get("errors").asInt()).isEqualTo(5);
    assertThat(json.at("/problems/0/kind").asText()).isEqualTo("unusable_record");
    assertThat(json.at("/parts/2/name").asText()).isEqualTo("own.jsonl/test");
  }

  @Test
  void decodesNoPicturesIfNotAsked() throws IOException {
    CommandRun run =
        CommandRun.of("data", "check", "--format=jsonl", brokenData() + "", "--no-pictures");
    assertThat(run.out()).contains("errors: 4").doesNotContain("broken.png");
  }

  @Test
  void checksTheDataOfARecipe() throws IOException {
    scenes("own", "--split=train,dev,test");
    Path recipe =
        Files.writeString(
            folder.resolve("own.yaml"),
            "model: {overrides: {max-text-length: 6}}\ndata: {format: jsonl, path: 'nowhere'}\n");
    CommandRun cut = CommandRun.of("data", "check", "--recipe=" + recipe, questions("own") + "");
    assertThat(cut.code()).isZero();
    assertThat(cut.out()).contains("the model reads 6 and ignores the rest");
    CommandRun nowhere = CommandRun.of("data", "check", "--recipe=" + recipe);
    assertThat(nowhere.code()).isEqualTo(1);
    assertThat(nowhere.out()).contains("error: nowhere: there is no such file");
  }

  @Test
  void wantsToKnowWhichData() {
    assertThat(CommandRun.of("data", "check").code()).isEqualTo(2);
    assertThat(CommandRun.of("data", "check", "--format=jsonl").err())
        .contains("say where the data lies");
    assertThat(CommandRun.of("data", "check", "--format=csv", "x").code()).isEqualTo(2);
    assertThat(CommandRun.of("data", "stats", "--format=scenes", "x").code()).isEqualTo(2);
    assertThat(CommandRun.of("data", "stats", "--format=scenes", "--top=-1").code()).isEqualTo(2);
    assertThat(CommandRun.of("data").code()).isEqualTo(2);
  }

  @Test
  void countsWhatIsThere() {
    scenes("own", "--split=train,test");
    CommandRun text = CommandRun.of("data", "stats", "--format=jsonl", questions("own") + "");
    assertThat(text.code()).isZero();
    assertThat(text.out())
        .contains("questions.jsonl/train")
        .containsPattern("questions +20\n")
        .containsPattern("kinds +(attribute|count)")
        .containsPattern("questions.jsonl/test +always \"\\w+\" scores 0\\.\\d{3}, a bag of words");
    JsonNode json =
        CommandRun.of("data", "stats", "--format=jsonl", "--json", questions("own") + "").json();
    assertThat(json.at("/parts/0/texts").asInt()).isEqualTo(20);
    assertThat(json.at("/blindScores/0/examples").asInt()).isEqualTo(20);
  }

  @Test
  void findsWhatTextAloneGivesOnEasyVqa() {
    Path data = Shared.path("data/easy-vqa");
    assertThat(CommandRun.of("data", "check", "--format=easy_vqa", data + "").out())
        .endsWith("errors: 0, warnings: 0" + System.lineSeparator());
    JsonNode test =
        CommandRun.of("data", "stats", "--format=easy_vqa", "--json", data + "")
            .json()
            .at("/blindScores/1");
    assertThat(test.get("majority").asDouble()).isCloseTo(0.373, within(0.001));
    assertThat(test.get("bagOfWords").asDouble()).isCloseTo(0.670, within(0.01));
  }

  @Test
  void findsThePictureThatVqaV2Lacks() {
    CommandRun run = check("vqa_v2", Shared.path("golden/datasets/vqa_raw"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("looked for train2014/COCO_train2014_000000000115.jpg")
        .contains("errors: 1, warnings: 0");
  }

  @Test
  void checksAndCountsStatementsOfPublishedData() {
    CommandRun pairs = check("nlvr2", Shared.path("golden/datasets/nlvr2_raw"));
    assertThat(pairs.code()).isZero();
    assertThat(pairs.out())
        .contains("nlvr2/train: 9 examples, 8 pictures", "nlvr2/dev: 10 examples, 8 pictures");
    Path photographs = Shared.path("golden/datasets/snli_ve_raw/images");
    CommandRun stats =
        CommandRun.of(
            "data",
            "stats",
            "--format=snli_ve",
            "--picture-folder=" + photographs,
            photographs.resolveSibling(".").toString());
    assertThat(stats.code()).isZero();
    assertThat(stats.out())
        .contains("3 different: neutral 66.7 %")
        .contains("snli-ve/test  always \"neutral\" scores 0.556");
    assertThat(CommandRun.of("data", "stats", "--format=nlvr2", "--picture-folder=x", "y").err())
        .contains("data.picture-folder: found x");
  }

  private CommandRun check(String format, Path path) {
    return CommandRun.of("data", "check", "--format=" + format, path.toString());
  }

  /** Twenty questions of each part. */
  private void scenes(String name, String... options) {
    String[] all = new String[options.length + 4];
    System.arraycopy(options, 0, all, 4, options.length);
    all[0] = "data";
    all[1] = "scenes";
    all[2] = "--out=" + folder.resolve(name);
    all[3] = "--count=20";
    assertThat(CommandRun.of(all).code()).isZero();
  }

  private Path questions(String name) {
    return folder.resolve(name).resolve("questions.jsonl");
  }

  private Path picture(String name) {
    return folder.resolve(name).resolve("pictures/000000.png");
  }

  private Path brokenData() throws IOException {
    CommandRun.of("data", "scenes", "--count=1", "--out=" + folder.resolve("pictures"));
    Files.copy(folder.resolve("pictures/pictures/000000.png"), folder.resolve("a.png"));
    Files.writeString(folder.resolve("broken.png"), "no picture");
    return Files.writeString(
        folder.resolve("own.jsonl"),
        """
        {"id": "1", "image": "a.png", "question": "What?", "answer": "red"}
        {"id": "2", "image": "a.png"
        {"id": "3", "image": "absent.png", "question": "What?", "answer": "red"}
        {"id": "4", "image": "a.png", "question": "What?", "colour": "red"}
        {"id": "5", "image": "broken.png", "question": "What?", "answer": "red"}
        {"id": "1", "image": "a.png", "question": "What?", "answer": "red"}
        {"id": "6", "image": "a.png", "question": "What?", "answer": "blue", "split": "test"}
        """);
  }
}

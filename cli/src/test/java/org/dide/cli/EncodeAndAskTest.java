package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dide.hub.ModelKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dide encode} and {@code dide ask}, from the command line to what they print. */
class EncodeAndAskTest {
  private static final String QUESTION = "what is it?";

  @TempDir Path folder;
  private Path model;
  private Path pictures;
  private Path features;

  @BeforeEach
  void place() throws IOException {
    model = TinyModelFolder.save(folder.resolve("model"), ModelKind.DUAL, 1);
    pictures = folder.resolve("pictures");
    features = folder.resolve("features");
    TinyModelFolder.picture(pictures.resolve("b.png"), 1);
    TinyModelFolder.picture(pictures.resolve("a/2.png"), 2);
    TinyModelFolder.picture(pictures.resolve("a/10.png"), 3);
  }

  @Test
  void encodesAFolderAndTellsHowMany() throws IOException {
    CommandRun run = run("encode", pictures, "--model", model, "--out", features);

    assertThat(run.code()).isZero();
    assertThat(run.out()).isEqualTo("3 pictures in %s%n".formatted(features));
    assertThat(run.err()).contains("3 of 3 pictures").doesNotContain("could not be read");
    assertThat(ids()).containsExactly("a/10.png", "a/2.png", "b.png");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(model, pictures, features);
    }
  }

  @Test
  void encodesToTheSameBytesWithAnyNumberOfThreads() throws IOException {
    encode("--threads", "1");
    byte[] first = Files.readAllBytes(features.resolve("features.safetensors"));
    encode("--threads", "3");

    assertThat(features.resolve("features.safetensors")).hasBinaryContent(first);
  }

  @Test
  void printsWhatItEncodedAsJson() throws IOException {
    Files.writeString(pictures.resolve("c.jpg"), "no picture");
    JsonNode result = json(encode("--json"));

    assertThat(result.path("features").asText()).isEqualTo(features.toString());
    assertThat(result.path("pictures").asInt()).isEqualTo(3);
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
    assertThat(run.out()).contains("3 pictures in").contains("; 2 could not be read");
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
  void writesNothingIfNothingCouldBeRead() throws IOException {
    Files.writeString(folder.resolve("only.jpg"), "no picture");
    CommandRun run = run("encode", folder.resolve("only.jpg"), "--model", model, "--out", features);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("only.jpg: is no picture").contains("nothing was written");
    assertThat(features).doesNotExist();
  }

  @Test
  void doesNotEncodeOverAnythingElse() {
    CommandRun run = run("encode", pictures, "--model", model, "--out", pictures);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(pictures + ": is there already and holds no features");
    assertThat(pictures.resolve("b.png")).exists();
  }

  @Test
  void refusesAFusionModel() {
    Path fusion = TinyModelFolder.save(folder.resolve("fusion"), ModelKind.FUSION, 1);
    CommandRun run = run("encode", pictures, "--model", fusion, "--out", features);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("found a fusion model").contains("allowed is a dual encoder");
    assertThat(features).doesNotExist();
  }

  @Test
  void refusesWrongUsageOfEncode() {
    assertThat(run("encode", pictures, "--model", model).code()).isEqualTo(2);
    assertThat(run("encode", "--model", model, "--out", features).code()).isEqualTo(2);
    assertThat(encode("--threads", "-1").code()).isEqualTo(2);
    assertThat(encode("--threads", "-1").err()).contains("--threads: found -1");
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
    JsonNode all = json(ask("--features", features, "--json", "--top", 9, QUESTION));
    assertThat(all.path("question").asText()).isEqualTo(QUESTION);
    assertThat(all.path("pictures")).hasSize(3);

    List<JsonNode> answers = new ArrayList<>();
    for (JsonNode one : all.path("pictures")) {
      String id = one.path("id").asText();
      JsonNode direct = json(ask("--image", pictures.resolve(id), "--json", "--top", 9, QUESTION));
      JsonNode stored =
          json(ask("--features", features, "--picture", id, "--json", "--top", 9, QUESTION));
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
    CommandRun run = ask("--features", features, QUESTION);

    assertThat(run.code()).isZero();
    assertThat(lines(run)).hasSize(3).allMatch(line -> line.matches("[^\t]+\t[a-z ]+\t0\\.\\d{4}"));
    assertThat(lines(run).stream().map(line -> line.split("\t")[0]).toList())
        .containsExactlyElementsOf(ids());
    String first = lines(ask("--features", features, "--picture", "b.png", QUESTION)).get(0);
    assertThat(lines(run).get(2))
        .isEqualTo("b.png\t%s\t%s".formatted(first.substring(8), first.substring(0, 6)));
  }

  @Test
  void namesAPictureThatIsNotStored() {
    encode();
    CommandRun run = ask("--features", features, "--picture", "z.png", QUESTION);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("has no picture 'z.png'; its 3 pictures are a/10.png, a/2.png, b.png");
  }

  @Test
  void refusesFeaturesOfAnotherModel() {
    encode();
    Path other = TinyModelFolder.save(folder.resolve("other"), ModelKind.DUAL, 2);
    CommandRun run = run("ask", "--model", other, "--features", features, QUESTION);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("made by another model");
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
    assertThat(ask("--image", image).code()).isEqualTo(2);
    assertThat(ask("--image", image, " ").err()).contains("the question is empty");
    assertThat(ask("--image", image, "--features", features, QUESTION).code()).isEqualTo(2);
    assertThat(ask("--image", image, "--picture", "b.png", QUESTION).code()).isEqualTo(2);
    assertThat(ask("--image", image, "--top", 0, QUESTION).code()).isEqualTo(2);
    assertThat(ask("--image", folder.resolve("absent.png"), QUESTION).code()).isEqualTo(1);
    assertThat(ask("--features", folder.resolve("absent"), QUESTION).code()).isEqualTo(1);
  }

  private CommandRun encode(String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("encode", pictures, "--model", model, "--out", features));
    arguments.addAll(List.of(more));
    return run(arguments.toArray());
  }

  private CommandRun ask(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("ask", "--model", model));
    arguments.addAll(List.of(more));
    return run(arguments.toArray());
  }

  private List<String> ids() throws IOException {
    List<String> ids = new ArrayList<>();
    for (String line : Files.readAllLines(features.resolve("pictures.jsonl"))) {
      ids.add(new ObjectMapper().readTree(line).path("id").asText());
    }
    return ids;
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

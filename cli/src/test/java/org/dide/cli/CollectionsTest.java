package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dide.data.TaskName;
import org.dide.hub.ModelKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dide entail}, {@code reason} and {@code search}: a whole store, by models that judge. */
class CollectionsTest {
  private static final String TEXT = "what is it?";
  private static final int PICTURES = 5;

  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void draw() throws IOException {
    pictures = folder.resolve("pictures");
    for (int i = 0; i < PICTURES; i++) {
      TinyModelFolder.picture(pictures.resolve(i + ".png"), i);
    }
  }

  @Test
  void judgesAStatementAboutEachPicture() {
    Path model = TinyModelFolder.save(folder.resolve("judge"), TaskName.ENTAILMENT, 1);
    Path store = encode(model);
    JsonNode judged = json("entail", "--store", store, "--model", model, "--json", TEXT);

    int sum = 0;
    for (JsonNode count : judged.path("counts")) {
      sum += count.asInt();
    }
    assertThat(sum).isEqualTo(PICTURES);
    assertThat(judged.path("counts").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(TaskName.ENTAILMENT.classes());
    for (JsonNode one : judged.path("pictures")) {
      JsonNode direct =
          json("ask", "--model", model, "--image", file(one), "--top", 3, "--json", TEXT);
      assertThat(one.path("answers")).isEqualTo(direct.path("answers"));
    }
    CommandRun run = run("entail", "--store", store, "--model", model, TEXT);
    assertThat(run.out().lines())
        .hasSize(PICTURES)
        .allMatch(line -> line.matches("[a-z]+\t0\\.\\d{4}\t\\d.png"));
    assertThat(run.err()).contains("entailment: ", "contradiction: ", "neutral: ");
    Path table = folder.resolve("judged.parquet");
    CommandRun written = run("entail", "--store", store, "--model", model, "--out", table, TEXT);
    assertThat(written.code()).as(written.err()).isZero();
    assertThat(table).isRegularFile().isNotEmptyFile();
    JsonNode told =
        json("entail", "--store", store, "--model", model, "--out", table, "--json", TEXT);
    assertThat(told.path("counts")).isEqualTo(judged.path("counts"));
    assertThat(told.path("out").asText()).isEqualTo(table.toString());
    assertThat(told.path("pictures").asInt()).isEqualTo(PICTURES);
    String label = run.out().substring(0, run.out().indexOf('\t'));
    assertThat(
            run("entail", "--store", store, "--model", model, "--label", label, "--top", 1, TEXT)
                .out()
                .lines())
        .hasSize(1);
    assertThat(run("entail", "--store", store, "--model", model, "--label", "maybe", TEXT).err())
        .contains("--label: found 'maybe', allowed are");
  }

  @Test
  void entailsNothingByAModelOfQuestions() {
    Path model = TinyModelFolder.save(folder.resolve("model"), ModelKind.DUAL, 1);
    CommandRun run = run("entail", "--store", encode(model), "--model", model, TEXT);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("task vqa: judges no statements");
  }

  @Test
  void judgesAStatementAboutAllPairs() {
    Path model = TinyModelFolder.save(folder.resolve("reasoner"), TaskName.REASONING, 1);
    Path store = encode(model);
    JsonNode all = json("reason", "--store", store, "--model", model, "--top", 99, "--json", TEXT);

    assertThat(all.path("pairs")).hasSize(PICTURES * (PICTURES - 1));
    List<Double> probabilities = new ArrayList<>();
    for (JsonNode pair : all.path("pairs")) {
      probabilities.add(pair.path("probability").asDouble());
      String left = pair.path("left").asText();
      String right = pair.path("right").asText();
      JsonNode one =
          json(
              "reason", "--store", store, "--model", model, "--left", left, "--right", right,
              "--json", TEXT);
      assertThat(one.path("pairs").get(0)).isEqualTo(pair);
      JsonNode direct =
          json(
              "ask",
              "--model",
              model,
              "--image",
              pictures.resolve(left),
              "--image",
              pictures.resolve(right),
              "--json",
              TEXT);
      assertThat(direct.path("pictures")).hasSize(2);
      assertThat(direct.path("answers"))
          .anyMatch(
              answer ->
                  answer.path("text").asText().equals("true")
                      && answer.path("probability").equals(pair.path("probability")));
    }
    assertThat(probabilities).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(run("reason", "--store", store, "--model", model, TEXT).out().lines()).hasSize(10);
    assertThat(
            run("reason", "--store", store, "--model", model, "--where", "id < '2'", TEXT)
                .out()
                .lines())
        .hasSize(2);
    assertThat(run("reason", "--store", store, "--model", model, "--left", "0.png", TEXT).code())
        .isEqualTo(2);
    assertThat(
            run(
                    "reason", "--store", store, "--model", model, "--left", "0.png", "--right", "x",
                    TEXT)
                .err())
        .contains("has no item 'x'");
    assertThat(run("ask", "--store", store, "--model", model, TEXT).err())
        .contains("task reasoning: found 1 picture");
    CommandRun attended =
        run("attend", "--model", model, "--image", pictures.resolve("0.png"), TEXT);
    assertThat(attended.code()).isEqualTo(1);
    assertThat(attended.err())
        .contains(
            "task reasoning: found a model of 2 pictures, allowed is one of a single picture");
  }

  @Test
  void judgesNoTexts() throws IOException {
    Path texts = Files.writeString(folder.resolve("texts.txt"), "what is it?\n");
    for (TaskName task : List.of(TaskName.REASONING, TaskName.ENTAILMENT)) {
      Path model = TinyModelFolder.save(folder.resolve("" + task), task, 1);
      Path store = folder.resolve(task + ".store");
      run("encode", "--texts", texts, "--model", model, "--store", store);
      String command = task == TaskName.REASONING ? "reason" : "entail";
      CommandRun run = run(command, "--store", store, "--model", model, TEXT);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("holds texts; allowed is a store of pictures");
    }
  }

  @Test
  void searchesPicturesByTextAndTextsByPicture() throws IOException {
    Path model = TinyModelFolder.save(folder.resolve("retriever"), TaskName.RETRIEVAL, 1);
    Path store = encode(model);
    JsonNode found = json("search", "--store", store, "--model", model, "--top", 3, "--json", TEXT);
    assertThat(found.path("found")).hasSize(3);
    double best = found.path("found").get(0).path("score").asDouble();
    assertThat(best)
        .isBetween(-1.0, 1.0)
        .isGreaterThanOrEqualTo(found.path("found").get(2).path("score").asDouble());

    Path texts =
        Files.writeString(
            folder.resolve("texts.jsonl"),
            "{\"id\": \"a\", \"text\": \"what is it?\"}\n{\"id\": \"b\", \"text\": \"is it\"}\n");
    Path captions = folder.resolve("captions.store");
    assertThat(run("encode", "--texts", texts, "--model", model, "--store", captions).code())
        .isZero();
    JsonNode back =
        json(
            "search",
            "--store",
            captions,
            "--model",
            model,
            "--json",
            "--image",
            file(found.path("found").get(0)));
    assertThat(back.path("found")).hasSize(2);
    assertThat(back.path("found"))
        .anyMatch(
            one ->
                one.path("item").path("id").asText().equals("a")
                    && Math.abs(one.path("score").asDouble() - best) < 1e-6);

    assertThat(run("search", "--store", captions, "--model", model, TEXT).err())
        .contains("holds texts, which --image searches");
    Path judge = TinyModelFolder.save(folder.resolve("judge"), TaskName.ENTAILMENT, 1);
    Path judged = encode(judge);
    JsonNode again =
        json(
            "search",
            "--store",
            store,
            "--model",
            model,
            "--rerank",
            judge,
            "--rerank-store",
            judged,
            "--json",
            TEXT);
    assertThat(again.path("score").asText()).isEqualTo("probability");
    assertThat(again.path("found")).hasSize(PICTURES);
    assertThat(run("search", "--store", store, "--model", model, "--rerank", judge, TEXT).code())
        .isEqualTo(2);
    CommandRun more =
        run(
            "search",
            "--store",
            store,
            "--model",
            model,
            "--rerank",
            judge,
            "--rerank-store",
            judged,
            "--candidates",
            2,
            "--top",
            4,
            TEXT);
    assertThat(more.out().lines()).as("as many as --top").hasSize(4);
    CommandRun vain = run("search", "--store", store, "--model", model, "--candidates", 2, TEXT);
    assertThat(vain.code()).isEqualTo(2);
    assertThat(vain.err()).contains("--candidates are what --rerank looks at again");
    assertThat(run("search", "--store", judged, "--model", judge, TEXT).err())
        .contains("task entailment: found a model that answers");
  }

  @Test
  void searchesByAnIndex() {
    Path model = TinyModelFolder.save(folder.resolve("retriever"), TaskName.RETRIEVAL, 1);
    Path store = encode(model);
    List<Object> search = List.of("search", "--store", store, "--model", model, TEXT);
    CommandRun none = run(with(search, "--approximate"));
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains(store + ": has no index; dide store index makes one");

    CommandRun made = run("store", "index", store, "--recall", 0.1, "--lists", 2);
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.err())
        .contains("comparing 5 queries with all 5 items", "dividing the items into 2 lists");
    assertThat(made.out()).contains("1 of 2 lists probed, which found ", "of 5 items, to 5 of the");

    CommandRun exact = run(search.toArray());
    assertThat(exact.err()).contains("compared with all 5 items");
    CommandRun approximate = run(with(search, "--approximate"));
    assertThat(approximate.err()).contains("found by the index: 1 of 2 lists probed");
    assertThat(approximate.out()).isEqualTo(exact.out()); // as all are asked for
    JsonNode json = json(with(search, "--approximate", "--json", "--where", "id > '2'"));
    assertThat(json.path("search").asText()).isEqualTo("approximate");
    assertThat(json.at("/index/lists").asInt()).isEqualTo(2);
    assertThat(json.path("found")).hasSize(3);
    assertThat(json(with(search, "--json")).path("search").asText()).isEqualTo("exact");
    assertThat(run(with(search, "--approximate", "--exact")).code()).isEqualTo(2);

    assertThat(json("store", "show", store, "--json").at("/index/queries").asInt()).isEqualTo(5);
    assertThat(run("store", "show", store).out()).contains("0.0 % of the items came after it");
    CommandRun both = run("store", "index", store, "--remove", "--lists", 2);
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("--lists is for making an index, --remove removes it");
    JsonNode removed = json("store", "index", store, "--remove", "--json");
    assertThat(removed.path("store").asText()).isEqualTo(store.toString());
    assertThat(removed.path("index").isNull()).isTrue();
    assertThat(run("store", "show", store).out()).containsPattern("index +none");
    assertThat(run("store", "index", store, "--recall", 2).code()).isEqualTo(2);
    assertThat(run("store", "index", store, "--lists", 9).err()).contains("found 5 rows; allowed");
  }

  @Test
  void tellsWhenTheIndexIsStale() throws IOException {
    Path model = TinyModelFolder.save(folder.resolve("retriever"), TaskName.RETRIEVAL, 1);
    Path store = encode(model);
    assertThat(run("store", "index", store, "--recall", 0.1, "--lists", 1).code()).isZero();
    TinyModelFolder.picture(pictures.resolve("later.png"), 77);
    encode(model);
    CommandRun found = run("search", "--store", store, "--model", model, "--approximate", TEXT);
    assertThat(found.out()).contains("later.png");
    assertThat(found.err())
        .contains("17 % of the items came after the index; dide store index " + store);
    assertThat(run("store", "show", store).out()).contains("it is stale, make it anew");
  }

  private static Object[] with(List<Object> arguments, Object... more) {
    return Stream.concat(arguments.stream(), Stream.of(more)).toArray();
  }

  private Path encode(Path model) {
    Path store = folder.resolve(model.getFileName() + ".store");
    CommandRun run = run("encode", pictures, "--model", model, "--store", store);
    assertThat(run.code()).as(run.err()).isZero();
    return store;
  }

  private Path file(JsonNode found) {
    String id =
        found.has("item") ? found.path("item").path("id").asText() : found.path("id").asText();
    return pictures.resolve(id);
  }

  private static JsonNode json(Object... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run.json();
  }

  private static CommandRun run(Object... arguments) {
    return CommandRun.of(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
  }
}

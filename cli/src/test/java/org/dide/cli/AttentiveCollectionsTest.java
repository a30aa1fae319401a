package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.dide.data.TaskName;
import org.dide.hub.ModelKind;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored pictures, asked by a model whose join attends to what is stored. */
class AttentiveCollectionsTest {
  private static final int PICTURES = 5;
  private static final String QUESTION = "what is it?";

  @TempDir Path folder;
  private Path pictures;
  private Path store;

  @BeforeEach
  void draw() throws IOException {
    pictures = folder.resolve("pictures");
    store = folder.resolve("store");
    for (int i = 0; i < PICTURES; i++) {
      TinyModelFolder.picture(pictures.resolve(i + ".png"), i);
    }
  }

  @Test
  void storedAnswersEqualDirectOnes() throws IOException {
    Path model = questions(4);
    encode(model);

    JsonNode all = json("ask", "--store", store, "--model", model, "--top", 3, "--json", QUESTION);
    assertThat(all.path("pictures")).hasSize(PICTURES);
    for (JsonNode one : all.path("pictures")) {
      Path picture = pictures.resolve(one.path("id").asText());
      JsonNode direct =
          json("ask", "--image", picture, "--model", model, "--top", 3, "--json", QUESTION);
      assertThat(one.path("answers")).isEqualTo(direct.path("answers"));
    }
    assertThat(run("store", "show", store).out())
        .contains("what the MLP join reads, and 4 vectors for the attentive join");
  }

  @Test
  void theAttentiveJoinDecidesAboutCandidatesAlone() throws IOException {
    Path model = questions(4);
    encode(model);
    List<String> exact = lines(ask(model));

    assertThat(lines(ask(model, "--candidates", PICTURES))).isEqualTo(exact);
    int decided = 0;
    List<String> some = lines(ask(model, "--candidates", 2));
    for (int i = 0; i < PICTURES; i++) {
      decided += some.get(i).equals(exact.get(i)) ? 1 : 0;
    }
    assertThat(decided).isEqualTo(2);
    assertThat(
            run("count", "--store", store, "--model", model, "--candidates", PICTURES, QUESTION)
                .out())
        .isEqualTo(run("count", "--store", store, "--model", model, QUESTION).out());
  }

  @Test
  void judgesPairsByBothPicturesAtOnce() throws IOException {
    Task task = Task.named(TaskName.REASONING, TaskName.REASONING.classes());
    Path model = TinyModelFolder.attentive(folder.resolve("reasoner"), task, 3, 1);
    encode(model);
    JsonNode all =
        json("reason", "--store", store, "--model", model, "--top", 99, "--json", QUESTION);

    assertThat(all.path("pairs")).hasSize(PICTURES * (PICTURES - 1));
    List<Double> probabilities = new ArrayList<>();
    for (JsonNode pair : all.path("pairs")) {
      probabilities.add(pair.path("probability").asDouble());
      Path left = pictures.resolve(pair.path("left").asText());
      Path right = pictures.resolve(pair.path("right").asText());
      JsonNode direct =
          json("ask", "--model", model, "--image", left, "--image", right, "--json", QUESTION);
      assertThat(direct.path("answers"))
          .anyMatch(
              answer ->
                  answer.path("text").asText().equals("true")
                      && answer.path("probability").equals(pair.path("probability")));
    }
    assertThat(probabilities).doesNotHaveDuplicates();
  }

  @Test
  void candidatesOfALabelAreThoseThatItIsLikeliestOf() throws IOException {
    Task task = Task.named(TaskName.ENTAILMENT, TaskName.ENTAILMENT.classes());
    Path model = TinyModelFolder.attentive(folder.resolve("judge"), task, 4, 2);
    encode(model);
    Object[] entail = {"entail", "--store", store, "--model", model, QUESTION};
    String exact = run(entail).out();

    assertThat(run("entail", "--store", store, "--model", model, "--candidates", 9, QUESTION).out())
        .isEqualTo(exact);
    String label = exact.substring(0, exact.indexOf('\t'));
    assertThat(
            run(
                    "entail",
                    "--store",
                    store,
                    "--model",
                    model,
                    "--label",
                    label,
                    "--candidates",
                    1,
                    QUESTION)
                .code())
        .isZero();
  }

  @Test
  void allStatesAreKeptOfPicturesOfOneSize() throws IOException {
    Path model = questions(0);
    BufferedImage square = new BufferedImage(50, 50, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(square, "png", pictures.resolve("square.png").toFile());
    CommandRun run = run("encode", pictures, "--model", model, "--store", store); // of many sizes

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("pictures could not be read:")
        .contains("1.png: found a picture that the model reads as 96 x 64 pixels; its join looks")
        .contains("which can be stored of 64 x 64 pixels, or as many patches");
    assertThat(lines(ask(model))).hasSize(PICTURES); // all but that one
    assertThat(run("store", "show", store).out()).contains("5 vectors for the attentive join");
  }

  @Test
  void saysWhatCannotBeDone() throws IOException {
    Path texts = Files.writeString(folder.resolve("texts.txt"), "what is it?\n");
    CommandRun stored = run("encode", "--texts", texts, "--model", questions(4), "--store", store);
    assertThat(stored.code()).isEqualTo(1);
    assertThat(stored.err()).contains("attentive join, which reads a text word by word");

    Path plain = TinyModelFolder.save(folder.resolve("plain"), ModelKind.DUAL, 1);
    encode(plain);
    CommandRun asked = ask(plain, "--candidates", 2);
    assertThat(asked.code()).isEqualTo(1);
    assertThat(asked.err()).contains("found a model whose only join is the paper's");
    assertThat(ask(plain, "--candidates", 0).code()).isEqualTo(2);
  }

  private Path questions(int vectors) {
    Task task = new VisualQuestionAnswering(TinyModelFolder.ANSWERS);
    return TinyModelFolder.attentive(folder.resolve("model"), task, vectors, 1);
  }

  private void encode(Path model) {
    CommandRun run = run("encode", pictures, "--model", model, "--store", store);
    assertThat(run.code()).as(run.err()).isZero();
  }

  private CommandRun ask(Path model, Object... more) {
    return run(
        Stream.concat(
                Stream.of("ask", "--store", store, "--model", model, QUESTION), Stream.of(more))
            .toArray());
  }

  private static List<String> lines(CommandRun run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run.out().lines().toList();
  }

  private static JsonNode json(Object... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run.json();
  }

  private static CommandRun run(Object... arguments) {
    return CommandRun.of(Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
  }
}

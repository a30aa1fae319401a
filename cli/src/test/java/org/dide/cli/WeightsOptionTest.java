package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dide.data.TaskName;
import org.dide.hub.ModelKind;
import org.dide.tensor.HalfMatrix;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --weights} of all commands that read a text: near to what they say without it. */
class WeightsOptionTest {
  private static final String TEXT = "what is it?";

  @TempDir private static Path folder;
  private static Path pictures = Path.of("");

  @BeforeAll
  static void draw() throws IOException {
    assumeThat(HalfMatrix.isSupported()).isTrue();
    pictures = folder.resolve("pictures");
    for (int i = 0; i < 3; i++) {
      TinyModelFolder.picture(pictures.resolve(i + ".png"), i);
    }
  }

  @Test
  void asksAndCounts() {
    Path model = TinyModelFolder.save(folder.resolve("model"), ModelKind.DUAL, 1);
    Path store = encode(model);
    assertNear("/answers/0/probability", "ask", "--image", pictures.resolve("0.png"), model);
    assertNear("/pictures/2/answers/0/probability", "ask", "--store", store, model);
    JsonNode one =
        json("ask", "--store", store, model, List.of("--picture", "0.png", "--weights", "fp16"));
    JsonNode direct =
        json("ask", "--image", pictures.resolve("0.png"), model, List.of("--weights", "FP16"));
    assertThat(one.path("answers")).isEqualTo(direct.path("answers")).isNotEmpty();
    assertThat(json("count", "--store", store, model, List.of("--weights", "fp16")).path("answers"))
        .isNotEmpty();
  }

  @Test
  void judgesAndSearches() {
    Path judge = TinyModelFolder.save(folder.resolve("judge"), TaskName.ENTAILMENT, 1);
    Path judged = encode(judge);
    assertNear("/pictures/0/answers/0/probability", "entail", "--store", judged, judge);
    Path pairs = TinyModelFolder.save(folder.resolve("reasoner"), TaskName.REASONING, 1);
    assertNear("/pairs/0/probability", "reason", "--store", encode(pairs), pairs);
    Path retriever = TinyModelFolder.save(folder.resolve("retriever"), TaskName.RETRIEVAL, 1);
    Path store = encode(retriever);
    assertNear("/found/0/score", "search", "--store", store, retriever);
    List<Object> again = List.of("--rerank", judge, "--rerank-store", judged);
    assertNear("/found/0/score", again, "search", "--store", store, retriever);
  }

  @Test
  void refusesWhatThereIsNot() {
    Path fusion = TinyModelFolder.save(folder.resolve("fusion"), ModelKind.FUSION, 1);
    Path image = pictures.resolve("0.png");
    CommandRun refused = run("ask", "--image", image, fusion, List.of("--weights", "fp16"));
    assertThat(refused.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(refused.err()).contains("found a fusion model, allowed for it is fp32");
    CommandRun unknown = run("ask", "--image", image, fusion, List.of("--weights", "fp8"));
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("--weights").contains("fp32, fp16");
  }

  private static void assertNear(
      String number, String command, String about, Path place, Path model) {
    assertNear(number, List.of(), command, about, place, model);
  }

  /** Weights of two blocks, rounded by 2^-11 at most, move a probability or a cosine by less. */
  private static void assertNear(
      String number, List<Object> more, String command, String about, Path place, Path model) {
    List<Object> rounded = new ArrayList<>(more);
    rounded.addAll(List.of("--weights", "fp16"));
    double exact = json(command, about, place, model, more).at(number).asDouble();
    double near = json(command, about, place, model, rounded).at(number).asDouble();
    assertThat(near).isNotEqualTo(exact).isCloseTo(exact, within(2e-3));
  }

  private static Path encode(Path model) {
    Path store = folder.resolve(model.getFileName() + ".store");
    CommandRun run =
        CommandRun.of("encode", "" + pictures, "--model", "" + model, "--store", "" + store);
    assertThat(run.code()).as(run.err()).isZero();
    return store;
  }

  private static JsonNode json(
      String command, String about, Path place, Path model, List<Object> more) {
    CommandRun run = run(command, about, place, model, more);
    assertThat(run.code()).as(run.err()).isZero();
    return run.json();
  }

  private static CommandRun run(
      String command, String about, Path place, Path model, List<Object> more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(command, about, place, "--model", model, "--json", TEXT), more.stream())
            .map(Object::toString)
            .toArray(String[]::new));
  }
}

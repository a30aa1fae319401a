package org.dide.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.dide.data.Picture;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.task.ExamplePreparer;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private final TrainedModel trained = TinyModels.fusion(5);

  @AfterEach
  void free() {
    trained.close();
  }

  @Test
  void scoresOnlyWhatHasAKnownAnswer() {
    List<Example> known =
        IntStream.range(0, 7).mapToObj(i -> example(i, new Label.Answers(answer(i)))).toList();
    List<Example> mixed = new ArrayList<>();
    for (Example example : known) {
      mixed.add(example);
      mixed.add(example(100 + mixed.size(), new Label.Unknown()));
    }
    Evaluation alone = evaluate(known, Evaluator.Observer.NONE);
    Evaluation among = evaluate(mixed, Evaluator.Observer.NONE);
    assertThat(alone.count()).isEqualTo(7);
    assertThat(among.count()).isEqualTo(7);
    assertThat(among.score()).isEqualTo(alone.score());
    assertThat(among.loss()).isCloseTo(alone.loss(), within(1e-6));
    assertThat(among.byType()).isEqualTo(alone.byType());
  }

  @Test
  void claimsNothingWhereNoAnswerIsKnown() {
    Evaluation found = evaluate(List.of(example(1, new Label.Unknown())), Evaluator.Observer.NONE);
    assertThat(found.count()).isZero();
    assertThat(found.metrics()).isEmpty();
    assertThat(found.byType()).isEmpty();
  }

  @Test
  void submitsTheAnswersThatScore() throws JsonProcessingException {
    List<Example> examples =
        IntStream.range(0, 5).mapToObj(i -> example(i, new Label.Unknown())).toList();
    SubmissionCollector collector = new SubmissionCollector(trained.task());
    evaluate(examples, collector);
    // Where the submitted answers are the truth, the score is full.
    List<Example> truth = new ArrayList<>();
    for (JsonNode answered : new ObjectMapper().readTree(collector.content())) {
      assertThat(answered.get("question_id").asInt()).isEqualTo(truth.size());
      Map<String, Double> right = Map.of(answered.get("answer").asText(), 1.0);
      truth.add(example(truth.size(), new Label.Answers(right)));
    }
    assertThat(truth).hasSize(5);
    assertThat(evaluate(truth, Evaluator.Observer.NONE).score()).isEqualTo(1);
  }

  @Test
  void submitsNumberedQuestionsOnly() {
    Example unnumbered = new Example("q1", List.of(picture(1)), "what", new Label.Unknown(), "");
    assertThatThrownBy(() -> evaluate(List.of(unnumbered), new SubmissionCollector(trained.task())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("q1");
  }

  private Evaluation evaluate(List<Example> examples, Evaluator.Observer observer) {
    ExamplePreparer preparer =
        ExamplePreparer.unchanged(
            trained.vocabulary(), trained.preprocessing(), trained.model().architecture());
    return new Evaluator(trained.task(), preparer, 3, Device.CPU, Precision.FP32)
        .evaluate(trained.model(), new ExampleList("some", examples), 0, observer);
  }

  private Map<String, Double> answer(int i) {
    List<String> answers = trained.task().answers();
    return Map.of(answers.get(i % answers.size()), 1.0);
  }

  private static Example example(int id, Label label) {
    return new Example(
        Integer.toString(id), List.of(picture(id)), "what is the colour", label, "t" + id % 2);
  }

  private static Picture picture(int seed) {
    return TinyModels.picture("noise " + seed, seed % 100);
  }
}

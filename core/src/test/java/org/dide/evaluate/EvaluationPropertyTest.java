package org.dide.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.dide.data.Picture;
import org.dide.data.TaskName;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.random.Draws;
import org.dide.task.Batch;
import org.dide.task.ExamplePreparer;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.dide.tensor.Tensors;

/** What a model makes of an example depends on that example only, and is the same every time. */
class EvaluationPropertyTest {
  private static final double CLOSE = 1e-5;
  private static final int MOST_EXAMPLES = 12;
  private static final List<String> WORDS = List.of("what", "is", "the", "red", "shape", "big");

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void isTheSameAloneAndInAnyBatch(
      @ForAll TaskName name,
      @ForAll @LongRange(min = 0, max = 1000) long seed,
      @ForAll @IntRange(min = 2, max = MOST_EXAMPLES) int batchSize) {
    for (TrainedModel trained : TinyModels.of(name, seed)) {
      try (trained) {
        List<Example> examples = examples(trained.task(), seed);
        Found alone = evaluate(trained, examples, 1);
        Found batched = evaluate(trained, examples, batchSize);
        assertSame(batched, alone, CLOSE);
        assertSame(evaluate(trained, examples, batchSize), batched, 0);
        assertSame(evaluate(trained, shuffled(examples, seed), batchSize), alone, CLOSE);
      }
    }
  }

  /**
   * What an evaluation gave.
   *
   * @param logits of each example, by its id; none in retrieval
   */
  private record Found(Evaluation evaluation, Map<String, float[]> logits) {}

  private static void assertSame(Found found, Found expected, double tolerance) {
    assertThat(found.evaluation().score())
        .isCloseTo(expected.evaluation().score(), within(tolerance));
    assertThat(found.evaluation().count()).isEqualTo(expected.evaluation().count());
    assertThat(found.evaluation().figures().keySet())
        .isEqualTo(expected.evaluation().figures().keySet());
    expected
        .evaluation()
        .metrics()
        .forEach(
            (metric, value) ->
                assertThat(found.evaluation().metrics().getOrDefault(metric, Double.NaN))
                    .as(metric)
                    .isCloseTo(value, within(tolerance * (1 + Math.abs(value)))));
    assertThat(found.logits()).hasSameSizeAs(expected.logits());
    expected
        .logits()
        .forEach(
            (id, logits) -> {
              float[] others = found.logits().getOrDefault(id, new float[0]);
              assertThat(others).hasSameSizeAs(logits);
              for (int i = 0; i < logits.length; i++) {
                assertThat((double) others[i]).isCloseTo(logits[i], within(tolerance));
              }
            });
  }

  private static Found evaluate(TrainedModel trained, List<Example> examples, int batchSize) {
    ExamplePreparer preparer =
        ExamplePreparer.unchanged(
            trained.vocabulary(), trained.preprocessing(), trained.model().architecture());
    Map<String, float[]> logits = new HashMap<>();
    Evaluation evaluation =
        new Evaluator(trained.task(), preparer, batchSize, Device.CPU, Precision.FP32)
            .evaluate(
                trained.model(),
                new ExampleList("some", examples),
                0,
                (batch, scores) -> logits.putAll(byId(batch, scores)));
    return new Found(evaluation, logits);
  }

  private static Map<String, float[]> byId(Batch batch, Tensor scores) {
    Map<String, float[]> rows = new HashMap<>();
    for (int i = 0; i < batch.examples().size(); i++) {
      rows.put(batch.examples().get(i).id(), Tensors.floats(scores.select(0, i)));
    }
    return rows;
  }

  /** Several about a picture, some of them without a known answer. */
  private static List<Example> examples(Task task, long seed) {
    Draws draws = Draws.of(seed, "examples");
    int count = 1 + draws.nextInt(MOST_EXAMPLES);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Picture> pictures =
          IntStream.range(0, task.name().pictures())
              .mapToObj(place -> picture(seed, draws.nextInt(4)))
              .toList();
      String text =
          IntStream.rangeClosed(0, draws.nextInt(7))
              .mapToObj(word -> WORDS.get(draws.nextInt(WORDS.size())))
              .collect(Collectors.joining(" "));
      examples.add(
          new Example(Integer.toString(i), pictures, text, label(task, draws), "t" + i % 2));
    }
    return examples;
  }

  private static Label label(Task task, Draws draws) {
    String answer = task.answers().get(draws.nextInt(task.answers().size()));
    boolean known = draws.nextInt(4) > 0;
    return switch (task.name()) {
      case RETRIEVAL, PRETRAINING -> new Label.Described();
      case VQA -> known ? new Label.Answers(Map.of(answer, 0.6)) : new Label.Unknown();
      case STATEMENT, REASONING, ENTAILMENT ->
          known ? new Label.Choice(answer) : new Label.Unknown();
    };
  }

  private static List<Example> shuffled(List<Example> examples, long seed) {
    int[] order = Draws.of(seed, "shuffled").permutation(examples.size());
    return IntStream.of(order).mapToObj(examples::get).toList();
  }

  private static Picture picture(long seed, int number) {
    return TinyModels.picture("noise " + number, seed * 10 + number);
  }
}

package org.dide.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Label;
import org.dide.evaluate.Evaluation;
import org.dide.evaluate.Evaluator;
import org.dide.hub.TrainedModel;
import org.dide.task.Answer;
import org.dide.task.ExamplePreparer;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.dide.tensor.Tensors;

/** A few examples of a data set, and what models answer to them. */
public final class Samples {
  private static final int LOOKED_AT = 1000;
  private static final int BATCH = 128;

  private Samples() {}

  /** The first examples of a data set, each kind of question in turn. */
  public static List<Example> pick(Dataset dataset, int count) {
    Map<String, Deque<Example>> byType = new TreeMap<>();
    for (int i = 0; i < Math.min(dataset.size(), LOOKED_AT); i++) {
      Example example = dataset.example(0, i);
      byType.computeIfAbsent(example.type(), type -> new ArrayDeque<>()).add(example);
    }
    List<Example> picked = new ArrayList<>();
    while (picked.size() < count && !byType.isEmpty()) {
      byType.values().stream()
          .limit(count - picked.size())
          .forEach(examples -> picked.add(examples.remove()));
      byType.values().removeIf(Deque::isEmpty);
    }
    return picked;
  }

  /**
   * A model's likeliest answer to each example.
   *
   * @throws org.dide.InputException if a picture cannot be read
   */
  public static List<Answer> answers(TrainedModel trained, List<Example> examples) {
    List<Answer> answers = new ArrayList<>();
    evaluator(trained)
        .evaluate(
            trained.model(),
            new ExampleList("samples", examples),
            0,
            (batch, logits) ->
                Tensors.rows(logits)
                    .forEach(row -> answers.add(trained.task().answers(row, 1).get(0))));
    return answers;
  }

  /** Cards of examples with the answers of several models, by name. */
  public static List<Markup> cards(List<Example> examples, Map<String, List<Answer>> answers) {
    List<Markup> cards = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      List<PictureCard.Given> given = new ArrayList<>();
      for (Map.Entry<String, List<Answer>> model : answers.entrySet()) {
        Answer answer = model.getValue().get(i);
        given.add(
            new PictureCard.Given(
                model.getKey(), answer.text(), answer.probability(), verdict(example, answer)));
      }
      cards.add(
          new PictureCard(
                  example.pictures().get(0).load(), example.text(), right(example.label()), given)
              .markup());
    }
    return cards;
  }

  /**
   * Evaluates a trained model by what its folder holds.
   *
   * @throws org.dide.InputException if a picture cannot be read
   */
  public static Evaluation evaluate(TrainedModel trained, Dataset dataset) {
    return evaluator(trained).evaluate(trained.model(), dataset, 0, Evaluator.Observer.NONE);
  }

  private static Evaluator evaluator(TrainedModel trained) {
    ExamplePreparer preparer =
        ExamplePreparer.unchanged(
            trained.vocabulary(), trained.preprocessing(), trained.model().architecture());
    Device device = trained.model().parameters().device();
    return new Evaluator(trained.task(), preparer, BATCH, device, Precision.FP32);
  }

  private static PictureCard.Verdict verdict(Example example, Answer answer) {
    return example.label().isKnown()
        ? PictureCard.Verdict.of(example.label().score(answer.text()))
        : PictureCard.Verdict.UNKNOWN;
  }

  private static String right(Label label) {
    if (!(label instanceof Label.Answers known)) {
      return label.best().orElse("");
    }
    Map<String, Double> scores = new LinkedHashMap<>(known.scores());
    double best = scores.values().stream().mapToDouble(score -> score).max().orElse(0);
    scores.values().removeIf(score -> score < best);
    return String.join(", ", scores.keySet());
  }
}

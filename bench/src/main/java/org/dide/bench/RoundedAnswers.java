package org.dide.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dide.answer.DualAnswerer;
import org.dide.data.Example;
import org.dide.data.scenes.ScenesDataset;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.model.Weights;
import org.dide.task.Answer;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.train.Recipes;

/**
 * What weights in fp16 change: {@code RoundedAnswers MODEL [N]} asks a student of scenes the
 * questions of the generated test part, or the first N of them, through weights in fp32 and in
 * fp16.
 */
public final class RoundedAnswers {
  private static final int ALL = Integer.MAX_VALUE;

  private final DualAnswerer exact;
  private final DualAnswerer rounded;
  private int asked;
  private int otherBest;
  private double furthest;
  private double narrowest = 1;

  private RoundedAnswers(DualAnswerer exact, DualAnswerer rounded) {
    this.exact = exact;
    this.rounded = rounded;
  }

  /** Prints how many best answers are others, and how far probabilities move. */
  public static void main(String[] arguments) {
    Engine.configure(1);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ScenesDataset test =
        ScenesDataset.test(Recipes.read("scenes-teacher", List.of()).data().scenes());
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : test.size();
    try (TrainedModel model = ModelFolder.load(Path.of(arguments[0]), Device.CPU);
        DualAnswerer rounded = DualAnswerer.of(model, Weights.FP16)) {
      RoundedAnswers answers = new RoundedAnswers(DualAnswerer.of(model), rounded);
      for (int i = 0; i < count; i++) {
        answers.ask(test.example(0, i));
      }
      out.printf(
          "%,d questions: %d other best answers, probabilities move by up to %.2g;"
              + " the two best are at least %.2g apart%n",
          answers.asked, answers.otherBest, answers.furthest, answers.narrowest);
    }
  }

  private void ask(Example example) {
    RgbImage picture = example.pictures().get(0).load();
    List<Answer> before = exact.ask(picture, example.text(), ALL);
    List<Answer> after = rounded.ask(picture, example.text(), ALL);
    asked++;
    otherBest += before.get(0).text().equals(after.get(0).text()) ? 0 : 1;
    narrowest = Math.min(narrowest, before.get(0).probability() - before.get(1).probability());
    Map<String, Double> probabilities =
        after.stream().collect(Collectors.toMap(Answer::text, Answer::probability));
    for (Answer answer : before) {
      double moved = probabilities.getOrDefault(answer.text(), 0.0) - answer.probability();
      furthest = Math.max(furthest, Math.abs(moved));
    }
  }
}

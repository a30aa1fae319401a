package org.dide.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.dide.train.Recipe;
import org.dide.train.Recipes;

/**
 * What weights in fp16 change: {@code RoundedAnswers MODEL [N]} asks a student of scenes the
 * questions of its recipe's test part, or the first N of them, through weights in fp32 and in fp16.
 */
public final class RoundedAnswers {
  private static final int ALL = Integer.MAX_VALUE;

  private final DualAnswerer exact;
  private final DualAnswerer rounded;
  private int asked;
  private int otherBest;
  private int right;
  private int stillRight;
  private double furthest;

  private RoundedAnswers(DualAnswerer exact, DualAnswerer rounded) {
    this.exact = exact;
    this.rounded = rounded;
  }

  /** Prints how many best answers are others, and how far probabilities move. */
  public static void main(String[] arguments) {
    Engine.configure(1);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (TrainedModel model = ModelFolder.load(Path.of(arguments[0]), Device.CPU);
        DualAnswerer rounded = DualAnswerer.of(model, Weights.FP16)) {
      Recipe recipe = Recipes.parse(model.provenance().recipe(), arguments[0]);
      ScenesDataset test = ScenesDataset.test(recipe.data().scenes());
      int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : test.size();
      RoundedAnswers answers = new RoundedAnswers(DualAnswerer.of(model), rounded);
      for (int i = 0; i < count; i++) {
        answers.ask(test.example(0, i));
      }
      out.printf(
          "%,d questions: %d with another best answer, %d right before and %d after;"
              + " probabilities move by up to %.2g%n",
          answers.asked, answers.otherBest, answers.right, answers.stillRight, answers.furthest);
    }
  }

  private void ask(Example example) {
    RgbImage picture = example.pictures().get(0).load();
    List<Answer> before = exact.ask(picture, example.text(), ALL);
    List<Answer> after = rounded.ask(picture, example.text(), ALL);
    asked++;
    otherBest += before.get(0).text().equals(after.get(0).text()) ? 0 : 1;
    right += isRight(example, before) ? 1 : 0;
    stillRight += isRight(example, after) ? 1 : 0;
    Map<String, Double> probabilities =
        after.stream().collect(Collectors.toMap(Answer::text, Answer::probability));
    for (Answer answer : before) {
      double moved = probabilities.getOrDefault(answer.text(), 0.0) - answer.probability();
      furthest = Math.max(furthest, Math.abs(moved));
    }
  }

  private static boolean isRight(Example example, List<Answer> answers) {
    return example.label().best().equals(Optional.of(answers.get(0).text()));
  }
}

package org.dide.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.distill.CrossModalAttention;
import org.dide.hub.TrainedModel;
import org.dide.image.Preprocessor;
import org.dide.image.RgbImage;
import org.dide.model.Mode;
import org.dide.model.Observation;
import org.dide.model.PatchPlan;
import org.dide.task.Answer;
import org.dide.task.Batch;
import org.dide.task.Collator;
import org.dide.task.Prepared;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * Where the words of one question look in one picture: a model's text-to-image attention in its
 * last block, and what it answers. Teacher and student are looked at in the same way.
 */
public final class WordAttention {
  private static final int ANSWERS = 3;

  private final RgbImage seen;
  private final List<String> words;
  private final List<Answer> answers;
  private final PatchPlan plan;
  private final int heads;

  /** {@code (H, T, 1+N)}. */
  private final float[] weights;

  private WordAttention(
      RgbImage seen,
      List<String> words,
      List<Answer> answers,
      PatchPlan plan,
      int heads,
      float[] weights) {
    this.seen = seen;
    this.words = words;
    this.answers = answers;
    this.plan = plan;
    this.heads = heads;
    this.weights = weights;
  }

  /**
   * Shows a model a picture and asks it.
   *
   * @throws InputException if the picture or the question does not suit the model, or its task is
   *     about pairs
   */
  public static WordAttention of(TrainedModel trained, RgbImage picture, String question) {
    if (trained.task().head().pictures() != 1) {
      throw new InputException(
          "task %s: found a model of %d pictures, allowed is one of a single picture"
              .formatted(trained.task().name(), trained.task().head().pictures()));
    }
    Preprocessor preprocessor =
        new Preprocessor(trained.preprocessing(), trained.model().architecture().patchSize());
    int[] tokens =
        trained.tokenizer().encode(question, trained.model().architecture().maxTextLength());
    Example example = new Example("", List.of(), question, new Label.Unknown(), "");
    Prepared prepared = new Prepared(example, tokens, List.of(preprocessor.prepare(picture)));
    List<String> words = Arrays.stream(tokens).mapToObj(trained.vocabulary()::token).toList();
    return observe(trained, prepared, words, preprocessor.resize(picture));
  }

  private static WordAttention observe(
      TrainedModel trained, Prepared prepared, List<String> words, RgbImage seen) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Device device = trained.model().parameters().device();
      Batch batch = new Collator(trained.task(), 0, device).collate(List.of(prepared));
      List<PatchPlan> plans = trained.model().plans(batch.inputs());
      Observation observation = trained.model().observe(batch.inputs(), plans, Mode.EVALUATION);
      Tensor attention =
          CrossModalAttention.textToImage(observation.interactions().get(0)); // (1, H, T, 1+N)
      return new WordAttention(
          seen,
          words,
          trained.task().answers(Tensors.floats(observation.logits()), ANSWERS),
          plans.get(0),
          (int) attention.size(1),
          Tensors.floats(attention));
    }
  }

  /** The picture as the model saw it, before normalisation. */
  public RgbImage seen() {
    return seen;
  }

  /** The tokens of the question, [CLS] first and [SEP] last. */
  public List<String> words() {
    return words;
  }

  /** The likeliest answers, most likely first. */
  public List<Answer> answers() {
    return answers;
  }

  /** Attention heads. */
  public int heads() {
    return heads;
  }

  /** Where all words look, mean over words and heads. */
  Heat mean() {
    return heat(IntStream.range(0, words.size()).toArray(), IntStream.range(0, heads).toArray());
  }

  /** Where one word looks, mean over heads. */
  Heat ofWord(int word) {
    return heat(new int[] {word}, IntStream.range(0, heads).toArray());
  }

  /** Where one head looks, mean over words. */
  Heat ofHead(int head) {
    return heat(IntStream.range(0, words.size()).toArray(), new int[] {head});
  }

  /** Whether attention can be compared word by word, head by head and patch by patch. */
  boolean isComparable(WordAttention other) {
    return words.equals(other.words)
        && heads == other.heads
        && plan.rows() == other.plan.rows()
        && plan.columns() == other.plan.columns()
        && Arrays.equals(plan.selected()[0], other.plan.selected()[0]);
  }

  /** KL(this ‖ other) of all words' distributions, mean over words and heads, in nats. */
  double divergence(WordAttention other) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        sum += weights[i] * (Math.log(weights[i]) - Math.log(other.weights[i]));
      }
    }
    return sum / (words.size() * heads);
  }

  private Heat heat(int[] chosenWords, int[] chosenHeads) {
    int keys = 1 + plan.length();
    double[] patches = new double[plan.rows() * plan.columns()];
    double onPicture = 0;
    double share = 1.0 / (chosenWords.length * chosenHeads.length);
    for (int head : chosenHeads) {
      for (int word : chosenWords) {
        int row = (head * words.size() + word) * keys;
        onPicture += share * weights[row];
        for (int patch = 0; patch < plan.length(); patch++) {
          patches[(int) plan.selected()[0][patch]] += share * weights[row + 1 + patch];
        }
      }
    }
    return new Heat(plan.rows(), plan.columns(), patches, onPicture);
  }
}

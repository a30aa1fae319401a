package org.dide.train;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.data.Dataset;
import org.dide.model.Mode;
import org.dide.model.Model;
import org.dide.task.Batch;
import org.dide.task.Collator;
import org.dide.task.ExamplePreparer;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.dide.tensor.Scope;

/**
 * What a model, left as it is, knows of a task: how well one linear layer answers from the model's
 * vectors ({@link Model#features}). They are scaled by train's mean and deviation; how much weights
 * are drawn to zero is chosen on dev; test is looked at once. Nothing is drawn at random.
 */
public final class LinearProbe {
  private static final double[] DECAYS = {1e-4, 1e-3, 1e-2, 1e-1};
  private static final int STEPS = 300;
  private static final double RATE = 0.02;
  private static final double SMALLEST_DEVIATION = 1e-6;

  private final Task task;
  private final ExamplePreparer preparer;
  private final Collator collator;
  private final int batchSize;
  private final Device device;
  private final Precision precision;

  /** A probe for a task; {@code preparer} must not augment. */
  public LinearProbe(
      Task task, ExamplePreparer preparer, int batchSize, Device device, Precision precision) {
    this.task = task;
    this.preparer = preparer;
    this.collator = new Collator(task, 0, device);
    this.batchSize = batchSize;
    this.device = device;
    this.precision = precision;
  }

  /**
   * What a probe found.
   *
   * @param decay chosen on dev
   * @param features length of the vectors
   * @param train score on what it was fitted to
   * @param dev score on what chose the decay
   * @param test score on what it had not seen
   */
  public record Result(double decay, long features, double train, double dev, double test) {}

  /** Told how far it has come. */
  @FunctionalInterface
  public interface Progress {
    /** Called with examples encoded so far. */
    void encoded(long done, long total);
  }

  /**
   * Vectors with their right answers.
   *
   * @param features {@code (N, F)}
   * @param targets {@code (N, C)}
   */
  private record Known(Tensor features, Tensor targets) {
    Known scaled(Tensor mean, Tensor deviation) {
      return new Known(features.sub(mean).div(deviation), targets);
    }
  }

  /**
   * Linear maps to answers.
   *
   * @param weight {@code (F, C)}
   * @param bias {@code (C)}
   */
  private record Layer(Tensor weight, Tensor bias) {
    Tensor logits(Tensor features) {
      return features.matmul(weight).add(bias); // (N, C)
    }
  }

  /**
   * Fits and judges.
   *
   * @param train examples whose answers are known
   * @throws org.dide.InputException if a picture cannot be read
   */
  public Result probe(Model model, Dataset train, Dataset dev, Dataset test, Progress progress) {
    long total = (long) train.size() + dev.size() + test.size();
    try (Scope scope = Scope.open()) {
      Known raw = known(model, train, 0, total, progress);
      Tensor mean = meanOfRows(raw.features()); // (1, F)
      Tensor deviation =
          meanOfRows(raw.features().sub(mean).square())
              .sqrt()
              .clamp_min(new Scalar(SMALLEST_DEVIATION)); // (1, F)
      Known fitted = raw.scaled(mean, deviation);
      Known choosing = known(model, dev, train.size(), total, progress).scaled(mean, deviation);
      Known judged =
          known(model, test, (long) train.size() + dev.size(), total, progress)
              .scaled(mean, deviation);
      return Arrays.stream(DECAYS)
          .mapToObj(decay -> result(fit(fitted, decay), decay, fitted, choosing, judged))
          .max(Comparator.comparingDouble(Result::dev))
          .orElseThrow();
    }
  }

  private Result result(Layer layer, double decay, Known train, Known dev, Known test) {
    long length = train.features().size(1);
    return new Result(decay, length, score(layer, train), score(layer, dev), score(layer, test));
  }

  private static Tensor meanOfRows(Tensor matrix) {
    return matrix.mean(new long[] {0}, true, new ScalarTypeOptional());
  }

  private Known known(Model model, Dataset part, long before, long total, Progress progress) {
    List<Tensor> features = new ArrayList<>();
    List<Tensor> targets = new ArrayList<>();
    for (int start = 0; start < part.size(); start += batchSize) {
      int end = Math.min(part.size(), start + batchSize);
      try (Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        Batch batch = collator.collate(preparer.prepareAll(part, start, end));
        try (Precision.Autocast cast = precision.begin(device)) {
          features.add(
              scope.keep(model.features(batch.inputs(), Mode.EVALUATION).to(ScalarType.Float)));
        }
        targets.add(scope.keep(batch.targets().clone()));
      }
      progress.encoded(before + end, total);
    }
    Known known = new Known(joined(features), joined(targets));
    features.forEach(Tensor::close);
    targets.forEach(Tensor::close);
    return known;
  }

  private static Tensor joined(List<Tensor> parts) {
    return cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
  }

  /** Adam over all examples at once, from zeros; the rate falls to zero evenly. */
  private Layer fit(Known known, double decay) {
    long width = known.features().size(1);
    long classes = known.targets().size(1);
    Layer layer = new Layer(device.place(zeros(width, classes)), device.place(zeros(classes)));
    layer.weight().requires_grad_(true);
    layer.bias().requires_grad_(true);
    try (Optimizer optimizer =
        new Optimizer(
            Map.of("weight", layer.weight(), "bias", layer.bias()),
            OptimizerSettings.of("adam", RATE, decay, 1),
            name -> true)) {
      for (int step = 0; step < STEPS; step++) {
        try (Scope scope = Scope.open()) {
          optimizer.zeroGradients();
          task.hardLoss(layer.logits(known.features()), known.targets()).backward();
          optimizer.step(1 - (double) step / STEPS);
        }
      }
    }
    return layer;
  }

  private double score(Layer layer, Known known) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      float[] scores = task.scores(layer.logits(known.features()), known.targets());
      double sum = 0;
      for (float score : scores) {
        sum += score;
      }
      return sum / scores.length;
    }
  }
}

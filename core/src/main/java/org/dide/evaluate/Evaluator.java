package org.dide.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.model.Head;
import org.dide.model.Mode;
import org.dide.model.Model;
import org.dide.task.Batch;
import org.dide.task.Collator;
import org.dide.task.ExamplePreparer;
import org.dide.task.Prepared;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/** Runs a model over a data set, in order and without chance. */
public final class Evaluator {
  /** Pairs that a fusion encoder is run over in retrieval, unless more are asked for. */
  public static final long MOST_PAIRS = 100_000;

  private final Task task;
  private final ExamplePreparer preparer;
  private final Collator collator;
  private final int batchSize;
  private final long mostPairs;
  private final Device device;
  private final Precision precision;

  /** An evaluator for one task; {@code preparer} must not augment. */
  public Evaluator(
      Task task, ExamplePreparer preparer, int batchSize, Device device, Precision precision) {
    this(task, preparer, batchSize, MOST_PAIRS, device, precision);
  }

  /**
   * An evaluator for one task.
   *
   * @param preparer must not augment
   * @param mostPairs pairs of text and picture that a fusion encoder is run over in retrieval, or 0
   *     for all
   */
  public Evaluator(
      Task task,
      ExamplePreparer preparer,
      int batchSize,
      long mostPairs,
      Device device,
      Precision precision) {
    this.task = task;
    this.preparer = preparer;
    this.collator = new Collator(task, 0, device);
    this.batchSize = batchSize;
    this.mostPairs = mostPairs;
    this.device = device;
    this.precision = precision;
  }

  /** Sees what a model makes of each batch, for submission files and reports. */
  @FunctionalInterface
  public interface Observer {
    /** Looks at nothing. */
    Observer NONE = (batch, logits) -> {};

    /** Called with each batch and its logits {@code (B, C)}. */
    void see(Batch batch, Tensor logits);

    /** Told now and then how far retrieval has come, which has no logits of batches. */
    default void progress(long done, long total, String unit) {}

    /** Both look, this one first. */
    default Observer and(Observer other) {
      Observer first = this;
      return new Observer() {
        @Override
        public void see(Batch batch, Tensor logits) {
          first.see(batch, logits);
          other.see(batch, logits);
        }

        @Override
        public void progress(long done, long total, String unit) {
          first.progress(done, total, unit);
          other.progress(done, total, unit);
        }
      };
    }
  }

  /**
   * Evaluates; in retrieval all texts and pictures at once, elsewhere each example by itself.
   * Examples whose answer is not known are shown to the observer and not scored.
   *
   * @param limit examples looked at, from the start, or 0 for all
   * @throws org.dide.InputException if a picture cannot be read
   */
  public Evaluation evaluate(Model model, Dataset dataset, int limit, Observer observer) {
    int size = limit > 0 ? Math.min(limit, dataset.size()) : dataset.size();
    if (model.head() instanceof Head.Matcher) {
      return captions(model, dataset.stream(0).limit(size).toList(), observer);
    }
    Totals totals = new Totals();
    for (int start = 0; start < size; start += batchSize) {
      List<Prepared> examples =
          preparer.prepareAll(dataset, start, Math.min(size, start + batchSize));
      try (Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        Batch batch = collator.collate(examples);
        Tensor logits = logits(model, batch);
        observer.see(batch, logits);
        totals.add(batch, logits, task);
      }
    }
    return totals.evaluation(task);
  }

  /** Ranks; of a model that finds hidden words, asks what else it was pre-trained for. */
  private Evaluation captions(Model model, List<Example> examples, Observer observer) {
    Evaluation ranked =
        new RetrievalEvaluator(preparer, collator, batchSize, mostPairs, device, precision)
            .evaluate(model, examples, observer);
    if (!model.head().equals(new Head.Matcher(true)) || ranked.count() == 0) {
      return ranked;
    }
    return ranked.ofPretraining(
        new CaptionEvaluator(preparer, collator, batchSize, device, precision)
            .figures(model, examples, observer));
  }

  private Tensor logits(Model model, Batch batch) {
    try (Precision.Autocast cast = precision.begin(device)) {
      return model.observe(batch.inputs(), Mode.EVALUATION).logits().to(ScalarType.Float);
    }
  }

  private static final class Totals {
    private final Map<String, double[]> byType = new TreeMap<>(); // type -> {sum, count}
    private final Consistency consistency = new Consistency();
    private double loss;
    private double score;
    private long count;

    void add(Batch batch, Tensor logits, Task task) {
      long[] known =
          IntStream.range(0, batch.examples().size())
              .filter(i -> batch.examples().get(i).label().isKnown())
              .asLongStream()
              .toArray();
      if (known.length > 0) {
        Tensor rows = Tensors.of(known, known.length).to(logits.device(), ScalarType.Long);
        add(
            Arrays.stream(known).mapToObj(i -> batch.examples().get((int) i)).toList(),
            logits.index_select(0, rows), // (K, C)
            batch.targets().index_select(0, rows), // (K, C)
            task);
      }
    }

    private void add(List<Example> examples, Tensor logits, Tensor targets, Task task) {
      float[] scores = task.scores(logits, targets);
      loss += scores.length * (double) Tensors.floats(task.hardLoss(logits, targets))[0];
      for (int i = 0; i < scores.length; i++) {
        double[] type = byType.computeIfAbsent(examples.get(i).type(), key -> new double[2]);
        type[0] += scores[i];
        type[1]++;
        boolean right = scores[i] == 1;
        task.consistency(examples.get(i)).ifPresent(common -> consistency.add(common, right));
        score += scores[i];
        count++;
      }
    }

    Evaluation evaluation(Task task) {
      Map<String, Evaluation.TypeScore> types = new LinkedHashMap<>();
      byType.forEach(
          (type, sums) ->
              types.put(type, new Evaluation.TypeScore(sums[0] / sums[1], (long) sums[1])));
      return new Evaluation(score / count, loss / count, count, types, consistency.figures(task));
    }
  }
}

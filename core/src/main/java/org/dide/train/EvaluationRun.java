package org.dide.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.dide.InputException;
import org.dide.data.DataStatistics;
import org.dide.data.DataStatistics.BlindScores;
import org.dide.data.Dataset;
import org.dide.data.ExampleList;
import org.dide.data.PictureDecoder;
import org.dide.data.Split;
import org.dide.data.TaskName;
import org.dide.data.source.DataSettings;
import org.dide.data.source.DataSource;
import org.dide.evaluate.Evaluation;
import org.dide.evaluate.Evaluator;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.task.ExamplePreparer;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;

/**
 * A trained model and a part of a data set to judge it by, brought together: the model's own
 * preprocessing, tokens and answers are used, whatever the data is. It owns the model.
 */
public final class EvaluationRun implements AutoCloseable {
  private final TrainedModel trained;
  private final DataSettings data;
  private final Dataset dataset;
  private final Evaluator evaluator;

  private EvaluationRun(
      TrainedModel trained, DataSettings data, Dataset dataset, Evaluator evaluator) {
    this.trained = trained;
    this.data = data;
    this.dataset = dataset;
    this.evaluator = evaluator;
  }

  /**
   * How to go about it.
   *
   * @param batch examples a forward pass
   * @param limit examples looked at, from the start, or 0 for all
   * @param pairs most pairs that a fusion encoder is run over in retrieval, or 0 for all
   * @param device {@code cpu}, {@code cuda}, {@code cuda:N}
   * @param precision {@code fp32} or {@code bf16}
   */
  public record Settings(int batch, int limit, long pairs, String device, String precision) {}

  /**
   * Loads the model and opens the data.
   *
   * @param model its folder
   * @param data which data, for the model's task
   * @throws InputException if either cannot be read or used, or there are no examples
   */
  public static EvaluationRun prepare(
      Path model, Function<TaskName, DataSettings> data, Split split, Settings settings) {
    Device device = Device.of(settings.device());
    Precision precision = Precision.of(settings.precision());
    TrainedModel trained = ModelFolder.load(model, device);
    try {
      DataSettings chosen = data.apply(trained.task().name());
      Dataset dataset = first(settings.limit(), part(chosen, split, trained));
      if (dataset.size() == 0) {
        throw new InputException("%s: found no examples".formatted(dataset.name()));
      }
      ExamplePreparer preparer =
          ExamplePreparer.unchanged(
              trained.vocabulary(), trained.preprocessing(), trained.model().architecture());
      Evaluator evaluator =
          new Evaluator(
              trained.task(), preparer, settings.batch(), settings.pairs(), device, precision);
      return new EvaluationRun(trained, chosen, dataset, evaluator);
    } catch (RuntimeException problem) {
      trained.close();
      throw problem;
    }
  }

  /** The model. */
  public TrainedModel trained() {
    return trained;
  }

  /** The examples that are looked at. */
  public Dataset dataset() {
    return dataset;
  }

  /**
   * Looks at every example once, in order.
   *
   * @throws InputException if a picture cannot be read
   */
  public Evaluation evaluate(Evaluator.Observer observer) {
    return evaluator.evaluate(trained.model(), dataset, 0, observer);
  }

  /**
   * What the same examples score without their pictures, after the same data's train; empty if
   * either has no known answers.
   *
   * @throws InputException if train cannot be read
   */
  public Optional<BlindScores> textOnly() {
    return DataStatistics.blindScores(part(data, Split.TRAIN, trained), dataset);
  }

  private static Dataset part(DataSettings data, Split split, TrainedModel trained) {
    return DataSource.part(
        trained.task().name(),
        data,
        split,
        trained.task().answers(),
        PictureDecoder.of(trained.preprocessing().decoder()));
  }

  private static Dataset first(int limit, Dataset dataset) {
    return limit == 0 || limit >= dataset.size()
        ? dataset
        : new ExampleList(dataset.name(), dataset.stream(0).limit(limit).toList());
  }

  /** Frees the model. */
  @Override
  public void close() {
    trained.close();
  }
}

package org.dide.train;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.ProblemListener;
import org.dide.data.Split;
import org.dide.data.TaskName;
import org.dide.data.source.DataSettings;
import org.dide.data.source.DataSource;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.task.ExamplePreparer;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;

/**
 * A trained model and a labelled data set of whichever task, brought together for a linear probe.
 * It owns the model.
 */
public final class ProbeRun implements AutoCloseable {
  /** An epoch in which generated data asks of train what it asks of dev and test. */
  private static final int LATE = 1_000_000;

  private final TrainedModel trained;
  private final LinearProbe probe;
  private final List<Dataset> parts;

  private ProbeRun(TrainedModel trained, LinearProbe probe, List<Dataset> parts) {
    this.trained = trained;
    this.probe = probe;
    this.parts = parts;
  }

  /**
   * How to go about it.
   *
   * @param batch examples a forward pass
   * @param limit examples of each part, from the start, or 0 for all
   * @param device {@code cpu}, {@code cuda}, {@code cuda:N}
   * @param precision {@code fp32} or {@code bf16}
   */
  public record Settings(int batch, int limit, String device, String precision) {}

  /**
   * Loads the model and opens the data.
   *
   * @param model its folder
   * @param name what is asked of the data
   * @throws InputException if either cannot be read or used, or the model cannot be asked so
   */
  public static ProbeRun prepare(Path model, TaskName name, DataSettings data, Settings settings) {
    if (!name.answers()) {
      throw new InputException(
          "probe: found the task %s, allowed are tasks with answers".formatted(name));
    }
    Device device = Device.of(settings.device());
    Precision precision = Precision.of(settings.precision());
    TrainedModel trained = ModelFolder.load(model, device);
    try {
      requirePlaces(trained, name);
      DataSource source =
          DataSource.open(
              name, data, trained.preprocessing().decoder()::decode, ProblemListener.STOP);
      source.requireTrainable();
      Task task = Task.named(name, source.answers());
      ExamplePreparer preparer =
          ExamplePreparer.unchanged(
              trained.vocabulary(), trained.preprocessing(), trained.model().architecture());
      List<Dataset> parts =
          Stream.of(Split.values())
              .map(split -> known(source.splits().part(split), settings.limit()))
              .toList();
      return new ProbeRun(
          trained, new LinearProbe(task, preparer, settings.batch(), device, precision), parts);
    } catch (RuntimeException problem) {
      trained.close();
      throw problem;
    }
  }

  private static void requirePlaces(TrainedModel trained, TaskName name) {
    int places = trained.model().architecture().modalities() - 1;
    if (name.pictures() > places) {
      throw new InputException(
          "probe: found the task %s, whose texts are about %d pictures; the model knows %d"
              .formatted(name, name.pictures(), places));
    }
  }

  /** The first examples whose answers are known. */
  private static Dataset known(Dataset part, int limit) {
    Stream<Example> known = part.stream(LATE).filter(example -> example.label().isKnown());
    List<Example> kept = (limit == 0 ? known : known.limit(limit)).toList();
    if (kept.isEmpty()) {
      throw new InputException("%s: found no example whose answer is known".formatted(part.name()));
    }
    return new ExampleList(part.name(), kept);
  }

  /** The model. */
  public TrainedModel trained() {
    return trained;
  }

  /** The examples that are looked at: train, dev, test. */
  public List<Dataset> parts() {
    return parts;
  }

  /**
   * Fits and judges.
   *
   * @throws InputException if a picture cannot be read
   */
  public LinearProbe.Result probe(LinearProbe.Progress progress) {
    return probe.probe(trained.model(), parts.get(0), parts.get(1), parts.get(2), progress);
  }

  /** Frees the model. */
  @Override
  public void close() {
    trained.close();
  }
}

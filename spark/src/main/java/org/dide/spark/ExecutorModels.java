package org.dide.spark;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkFiles;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;

/**
 * The models of this process, each loaded once and never closed.
 *
 * <p>They are static because nothing else outlives a task: Spark hands an executor one task after
 * another, several side by side, and gives them nothing to share but the process itself. A model is
 * hundreds of megabytes and takes seconds to load, a task may take seconds. What is shared does not
 * change once it is loaded.
 */
final class ExecutorModels {
  private static final Map<String, TrainedModel> LOADED = new ConcurrentHashMap<>();

  private ExecutorModels() {}

  /**
   * The model of that fingerprint, as {@link ShippedModel} sent it; on the first call it is loaded,
   * and the engine set to one thread an operation, since an executor runs a task on each core.
   *
   * @throws IllegalStateException if what was sent is another model
   */
  static TrainedModel get(String fingerprint) {
    return LOADED.computeIfAbsent(fingerprint, ExecutorModels::load);
  }

  private static TrainedModel load(String fingerprint) {
    Engine.configure(1);
    Path folder = Path.of(SparkFiles.get(ShippedModel.folder(fingerprint)));
    TrainedModel trained = ModelFolder.load(folder, Device.CPU);
    String found = trained.fingerprint();
    if (!found.equals(fingerprint)) {
      trained.close();
      throw new IllegalStateException(
          "%s: found the model %s, sent was %s".formatted(folder, found, fingerprint));
    }
    return trained;
  }
}

package org.dide.cli;

import java.nio.file.Path;
import org.dide.answer.Gallery;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.store.StoredKind;
import org.dide.store.VectorStore;
import org.dide.tensor.Device;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A store, which of its items are meant, and the model to ask, for commands that need all three.
 */
final class StoreOption {
  @Option(
      names = "--store",
      paramLabel = "DIR",
      required = true,
      description = "The store of what is asked about (see dide encode).")
  private Path folder = Path.of("");

  @Mixin private Where where = new Where();

  @Mixin private ModelOption model = new ModelOption();

  /** Where the store lies. */
  Path folder() {
    return folder;
  }

  /** Whether only some items are meant. */
  boolean isFiltered() {
    return where.isGiven();
  }

  /** The model; whoever calls owns it. */
  TrainedModel load() {
    return ModelFolder.load(model.folder(), Device.CPU);
  }

  /** The whole store, see {@link Where#store}; whoever calls owns it. */
  VectorStore store(TrainedModel trained) {
    return Where.store(folder, trained);
  }

  /** Which items are meant. */
  Where where() {
    return where;
  }

  /** The pictures that are meant of the store, see {@link Where#open}; whoever calls owns them. */
  Gallery pictures(TrainedModel trained) {
    return where.open(folder, trained, StoredKind.PICTURES);
  }
}

package org.dide.bench;

import java.util.List;
import java.util.stream.Stream;
import org.dide.hub.Provenance;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.text.Vocabulary;

/** Dual encoders of ViT-B/32's sizes whose weights are drawn. */
final class DrawnModels {
  private DrawnModels() {}

  /**
   * One that knows some words; the caller closes it.
   *
   * @param words beside the special tokens
   */
  static TrainedModel base(Task task, List<String> words) {
    return new TrainedModel(
        DualEncoder.initialised(
            Architecture.preset("vilt-b32").withDropout(0), task.head(), 0, Device.CPU),
        task,
        Vocabulary.of(
            Stream.concat(Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"), words.stream()).toList()),
        PreprocessorSettings.ofShorter(384),
        Provenance.now(List.of(), "drawn", 0, ""));
  }
}

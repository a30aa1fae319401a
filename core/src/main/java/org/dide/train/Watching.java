package org.dide.train;

import java.util.List;
import org.dide.distill.CrossModalAttention.Queries;
import org.dide.distill.Layers;
import org.dide.model.Mode;
import org.dide.task.Collator;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;

/**
 * How model and teacher of a training are run.
 *
 * @param learning the model, handing out the layers whose attention is compared
 * @param teaching the teacher, likewise
 * @param device on which
 * @param precision in which
 */
record Watching(Mode learning, Mode teaching, Device device, Precision precision) {
  static Watching of(Training training) {
    Recipe.ComputeSettings compute = training.recipe().compute();
    List<Layers.Pair> layers = layers(training);
    return new Watching(
        Mode.TRAINING.observing(layers.stream().map(Layers.Pair::student).toList()),
        Mode.EVALUATION.observing(layers.stream().map(Layers.Pair::teacher).toList()),
        Device.of(compute.device()),
        Precision.of(compute.precision()));
  }

  /** The layers whose attention is compared; none where it is not. */
  private static List<Layers.Pair> layers(Training training) {
    LossWeights losses = training.recipe().losses();
    int depth = training.model().architecture().depth();
    return training
        .teacher()
        .filter(teacher -> losses.attention())
        .map(teacher -> losses.layers().pairs(depth, teacher.architecture().depth()))
        .orElse(List.of());
  }

  /** The reference averages the attention loss over padding too, so its batches have one length. */
  Collator collator(Training training) {
    LossWeights losses = training.recipe().losses();
    int length =
        losses.attention() && losses.queries() == Queries.ALL
            ? training.model().architecture().maxTextLength()
            : 0;
    return new Collator(training.task(), length, device);
  }

  Precision.Autocast autocast() {
    return precision.begin(device);
  }
}

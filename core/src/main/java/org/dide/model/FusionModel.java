package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.tensor.Device;

/** A fusion encoder with a head: the teacher. */
public final class FusionModel implements Model {
  private final FusionEncoder encoder;
  private final TwoLayerMap classifier;
  private final Architecture architecture;
  private final Head head;
  private final Parameters parameters;

  private FusionModel(
      ParameterSource source, Parameters parameters, Architecture architecture, Head head) {
    this.encoder = new FusionEncoder(source, architecture);
    this.classifier = head.build(source, architecture.width());
    this.architecture = architecture;
    this.head = head;
    this.parameters = parameters;
  }

  /** A model with fresh parameters, spread as published. */
  public static FusionModel initialised(
      Architecture architecture, Head head, long seed, Device device) {
    return initialised(architecture, head, seed, Initialisation.PUBLISHED, device);
  }

  /** A model with fresh parameters. */
  public static FusionModel initialised(
      Architecture architecture,
      Head head,
      long seed,
      Initialisation initialisation,
      Device device) {
    return Parameters.initialised(
        seed,
        initialisation,
        device,
        (source, owner) -> new FusionModel(source, owner, architecture, head));
  }

  /** A model whose parameters come from elsewhere; see {@link Parameters#supplied}. */
  public static FusionModel supplied(
      Architecture architecture, Head head, ParameterSource supplier, Device device) {
    return Parameters.supplied(
        supplier, device, (source, owner) -> new FusionModel(source, owner, architecture, head));
  }

  /** A model with a file's parameters; see {@link Parameters#loaded}. */
  public static FusionModel loaded(
      Architecture architecture,
      Head head,
      Map<String, Tensor> tensors,
      String origin,
      Device device) {
    return Parameters.loaded(
        tensors,
        origin,
        device,
        (source, owner) -> new FusionModel(source, owner, architecture, head));
  }

  /** The encoder below the head. */
  public FusionEncoder encoder() {
    return encoder;
  }

  @Override
  public Observation observe(Inputs inputs, List<PatchPlan> plans, Mode mode) {
    Tensor[] pooled = new Tensor[head.pictures()];
    List<List<Interaction>> interactions = new ArrayList<>();
    for (int i = 0; i < pooled.length; i++) {
      var pictures = inputs.pictures().get(i);
      FusionEncoder.Output output =
          encoder.encode(inputs.text(), pictures, plans.get(i), 1 + i, mode);
      pooled[i] = output.all().pooled();
      interactions.add(output.interactions());
    }
    Tensor joined = pooled.length == 1 ? pooled[0] : cat(new TensorVector(pooled), 1);
    return new Observation(classifier.apply(joined), interactions);
  }

  @Override
  public Architecture architecture() {
    return architecture;
  }

  @Override
  public Head head() {
    return head;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}

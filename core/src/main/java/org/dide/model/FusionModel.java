package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.image.PixelBatch;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.text.TokenBatch;

/** A fusion encoder with a head: the teacher. */
public final class FusionModel implements Model {
  private final FusionEncoder encoder;
  private final Top top;
  private final Architecture architecture;
  private final Head head;
  private final Parameters parameters;

  private FusionModel(
      ParameterSource source, Parameters parameters, Architecture architecture, Head head) {
    this.encoder = new FusionEncoder(source, architecture);
    this.top = Top.of(source, architecture, head);
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
    return loaded(architecture, head, tensors, Absent.NOTHING, origin, device);
  }

  /** A model with a file's parameters, but for some; see {@link Parameters#loaded}. */
  public static FusionModel loaded(
      Architecture architecture,
      Head head,
      Map<String, Tensor> tensors,
      Absent absent,
      String origin,
      Device device) {
    return Parameters.loaded(
        tensors,
        absent,
        origin,
        device,
        (source, owner) -> new FusionModel(source, owner, architecture, head));
  }

  /** The encoder below the head. */
  public FusionEncoder encoder() {
    return encoder;
  }

  /** What tells matching pairs from others, if that is what this model does. */
  public Optional<MatchingHead> matching() {
    return top instanceof Top.Match match ? Optional.of(match.head()) : Optional.empty();
  }

  /** What predicts the words that a text hides, if the model can. */
  public Optional<MaskedWordHead> maskedWords() {
    return top instanceof Top.Match match ? match.words() : Optional.empty();
  }

  @Override
  public Observation observe(Inputs inputs, List<PatchPlan> plans, Mode mode) {
    return top.observe(encoder, inputs, plans, mode);
  }

  @Override
  public FusionView view(Inputs inputs, List<PatchPlan> plans, Mode mode) {
    if (!(top instanceof Top.Match match)) {
      throw otherHead();
    }
    return new FusionView(
        encoder,
        match.head(),
        match.words().orElseThrow(this::otherHead),
        encoder.embed(inputs.text(), mode),
        Top.pictures(encoder, inputs, plans, 0, mode),
        mode);
  }

  /**
   * How well each of several texts fits one picture, as log-odds.
   *
   * @param picture a batch of one
   * @return {@code (B)}
   * @throws IllegalStateException if the model has no matching head
   */
  public Tensor match(TokenBatch texts, PixelBatch picture) {
    if (!(top instanceof Top.Match match)) {
      throw otherHead();
    }
    Embedded one = encoder.embed(picture, encoder.plan(picture), 1, Mode.EVALUATION);
    Embedded many = encoder.embed(texts, Mode.EVALUATION);
    return match.logOdds(
        encoder.encode(many, one.repeated(texts.lengths().length), Mode.EVALUATION));
  }

  @Override
  public Tensor features(Inputs inputs, Mode mode) {
    Embedded texts = encoder.embed(inputs.text(), mode);
    Tensor[] pooled = new Tensor[inputs.pictures().size()];
    for (int place = 0; place < pooled.length; place++) {
      Embedded pictures = Top.pictures(encoder, inputs, plans(inputs), place, mode);
      pooled[place] = encoder.encode(texts, pictures, mode).all().pooled(); // (B, D)
    }
    return cat(new TensorVector(pooled), 1); // (B, pictures D)
  }

  private IllegalStateException otherHead() {
    return new IllegalStateException("the model's head is " + head);
  }

  /** What stands on the encoder. */
  private sealed interface Top {
    static Top of(ParameterSource source, Architecture architecture, Head head) {
      return head instanceof Head.Classifier classifier
          ? new Classify(classifier.build(source, architecture.width()), classifier.pictures())
          : new Match(
              MatchingHead.of(source, architecture.width()),
              head.equals(new Head.Matcher(true))
                  ? Optional.of(MaskedWordHead.of(source, architecture))
                  : Optional.empty());
    }

    Observation observe(FusionEncoder encoder, Inputs inputs, List<PatchPlan> plans, Mode mode);

    /** The pictures at one place of all examples, one for each text. */
    private static Embedded pictures(
        FusionEncoder encoder, Inputs inputs, List<PatchPlan> plans, int place, Mode mode) {
      PixelBatch pictures = inputs.pictures().get(place);
      Embedded embedded = encoder.embed(pictures, plans.get(place), 1 + place, mode);
      return inputs.sharing().get(place).spread(embedded);
    }

    /** One pass for each picture of an example; their pooled vectors are laid side by side. */
    record Classify(TwoLayerMap map, int count) implements Top {
      @Override
      public Observation observe(
          FusionEncoder encoder, Inputs inputs, List<PatchPlan> plans, Mode mode) {
        Tensor[] pooled = new Tensor[count];
        List<List<Interaction>> interactions = new ArrayList<>();
        for (int i = 0; i < pooled.length; i++) {
          Embedded texts = encoder.embed(inputs.text(), mode);
          Embedded pictures = pictures(encoder, inputs, plans, i, mode);
          FusionEncoder.Output output = encoder.encode(texts, pictures, mode);
          pooled[i] = output.all().pooled();
          interactions.add(output.interactions());
        }
        Tensor joined = pooled.length == 1 ? pooled[0] : cat(new TensorVector(pooled), 1);
        return new Observation(map.apply(joined), interactions);
      }
    }

    /** One pass for each offset of a pairing; attention is that of texts and their own pictures. */
    record Match(MatchingHead head, Optional<MaskedWordHead> words) implements Top {
      @Override
      public Observation observe(
          FusionEncoder encoder, Inputs inputs, List<PatchPlan> plans, Mode mode) {
        Embedded pictures = pictures(encoder, inputs, plans, 0, mode);
        Embedded texts = encoder.embed(inputs.text(), mode);
        FusionEncoder.Output own = encoder.encode(texts, pictures, mode);
        List<Tensor> scores = new ArrayList<>(List.of(logOdds(own)));
        List<Integer> offsets = inputs.pairing().offsets();
        for (int offset : offsets.subList(1, offsets.size())) {
          // A scope of its own: what a pass leaves behind would add up over many.
          try (Scope pass = Scope.open()) {
            scores.add(pass.keep(logOdds(encoder.encode(texts, pictures.shifted(offset), mode))));
          }
        }
        Tensor matrix = inputs.pairing().matrix(scores);
        scores.subList(1, scores.size()).forEach(Tensor::close);
        return new Observation(matrix, List.of(own.interactions()), Optional.of(inputs.pairing()));
      }

      Tensor logOdds(FusionEncoder.Output output) {
        return head.logOdds(output.all().pooled()).to(ScalarType.Float); // (B)
      }
    }
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

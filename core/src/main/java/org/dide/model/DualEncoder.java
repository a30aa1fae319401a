package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.image.PixelBatch;
import org.dide.tensor.Device;
import org.dide.text.TokenBatch;

/**
 * Two towers that never meet before the join: pictures and texts are each encoded once, stored, and
 * answered from by an MLP (DiDE, section 3), or compared.
 */
public final class DualEncoder implements Model {
  /** Prefix of the image tower's parameters. */
  public static final String IMAGE_TOWER = "image_encoder";

  /** Prefix of the text tower's parameters. */
  public static final String TEXT_TOWER = "text_encoder";

  private final ImageTower imageTower;
  private final TextTower textTower;
  private final Meeting meeting;
  private final Optional<JoinedHeads> joinedHeads;
  private final Architecture architecture;
  private final Head head;
  private final Parameters parameters;

  private DualEncoder(
      ParameterSource source, Parameters parameters, Architecture architecture, Head head) {
    this.imageTower = new ImageTower(source.at(IMAGE_TOWER), architecture);
    this.textTower = textTower(source, architecture);
    this.meeting = Meeting.of(source, architecture, head);
    this.joinedHeads =
        head.equals(new Head.Matcher(true))
            ? Optional.of(new JoinedHeads(source, architecture))
            : Optional.empty();
    this.architecture = architecture;
    this.head = head;
    this.parameters = parameters;
  }

  /** A text tower never sees a second picture, so its modality table keeps two rows. */
  static TextTower textTower(ParameterSource source, Architecture architecture) {
    return new TextTower(source.at(TEXT_TOWER), architecture.withModalities(2));
  }

  /** A model with fresh parameters, spread as published. */
  public static DualEncoder initialised(
      Architecture architecture, Head head, long seed, Device device) {
    return initialised(architecture, head, seed, Initialisation.PUBLISHED, device);
  }

  /** A model with fresh parameters. */
  public static DualEncoder initialised(
      Architecture architecture,
      Head head,
      long seed,
      Initialisation initialisation,
      Device device) {
    return Parameters.initialised(
        seed,
        initialisation,
        device,
        (source, owner) -> new DualEncoder(source, owner, architecture, head));
  }

  /** A model whose parameters come from elsewhere; see {@link Parameters#supplied}. */
  public static DualEncoder supplied(
      Architecture architecture, Head head, ParameterSource supplier, Device device) {
    return Parameters.supplied(
        supplier, device, (source, owner) -> new DualEncoder(source, owner, architecture, head));
  }

  /** A model with a file's parameters; see {@link Parameters#loaded}. */
  public static DualEncoder loaded(
      Architecture architecture,
      Head head,
      Map<String, Tensor> tensors,
      String origin,
      Device device) {
    return loaded(architecture, head, tensors, Absent.NOTHING, origin, device);
  }

  /** A model with a file's parameters, but for some; see {@link Parameters#loaded}. */
  public static DualEncoder loaded(
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
        (source, owner) -> new DualEncoder(source, owner, architecture, head));
  }

  /** The tower that looks at pictures. */
  public ImageTower imageTower() {
    return imageTower;
  }

  /** The tower that reads texts. */
  public TextTower textTower() {
    return textTower;
  }

  /**
   * What can be stored of pictures.
   *
   * @param place 0, or 1 for the second picture of a pair
   * @return {@code (B, D)}
   */
  public Tensor encodePictures(PixelBatch pictures, int place) {
    return pictures(pictures, place).pooled();
  }

  /** What can be stored of texts: {@code (B, D)}. */
  public Tensor encodeTexts(TokenBatch texts) {
    return texts(texts).pooled();
  }

  /**
   * Pictures, encoded.
   *
   * @param place 0, or 1 for the second picture of a pair
   */
  public Encoded pictures(PixelBatch pictures, int place) {
    return imageTower.encode(pictures, imageTower.plan(pictures), 1 + place, Mode.EVALUATION);
  }

  /** Texts, encoded. */
  public Encoded texts(TokenBatch texts) {
    return textTower.encode(texts, Mode.EVALUATION);
  }

  /** Where texts and pictures meet. */
  public Meeting meeting() {
    return meeting;
  }

  /**
   * Scores of encoded texts and pictures.
   *
   * @param pictures for each picture of an example
   * @return {@code (B, C)}; of a {@link Head.Matcher} each text with each picture
   */
  public Tensor answer(Encoded text, List<Encoded> pictures) {
    return meeting.scores(meeting.texts(text), pictures.stream().map(meeting::pictures).toList());
  }

  /** What compares texts with pictures, if that is what this model does. */
  public Optional<Similarity> similarity() {
    return meeting instanceof Similarity similarity ? Optional.of(similarity) : Optional.empty();
  }

  /** Captions and pictures, encoded once for all that pre-training asks of them. */
  @Override
  public TowerView view(Inputs inputs, List<PatchPlan> plans, Mode mode) {
    JoinedHeads heads = joinedHeads.orElseThrow(this::otherHead);
    Encoded pictures = imageTower.encode(inputs.pictures(), plans, mode).get(0);
    return new TowerView(
        textTower,
        similarity().orElseThrow(),
        heads,
        textTower.encode(inputs.text(), mode),
        inputs.sharing().get(0).spread(pictures),
        mode);
  }

  @Override
  public Tensor features(Inputs inputs, Mode mode) {
    Tensor text = textTower.encode(inputs.text(), mode).pooled(); // (B, D)
    List<Encoded> encoded = imageTower.encode(inputs.pictures(), plans(inputs), mode);
    List<Tensor> parts = new ArrayList<>(List.of(text));
    for (int place = 0; place < encoded.size(); place++) {
      Tensor picture = inputs.sharing().get(place).spread(encoded.get(place)).pooled(); // (B, D)
      parts.addAll(List.of(picture, text.mul(picture)));
    }
    return cat(new TensorVector(parts.toArray(Tensor[]::new)), 1); // (B, (1 + 2 pictures) D)
  }

  private IllegalStateException otherHead() {
    return new IllegalStateException("the model's head is " + head);
  }

  @Override
  public void constrain() {
    similarity().ifPresent(Similarity::constrain);
  }

  @Override
  public Observation observe(Inputs inputs, List<PatchPlan> plans, Mode mode) {
    Encoded text = textTower.encode(inputs.text(), mode);
    List<Encoded> encoded = imageTower.encode(inputs.pictures(), plans, mode);
    List<Encoded> pictures = new ArrayList<>();
    List<List<Interaction>> interactions = new ArrayList<>();
    for (int i = 0; i < head.pictures(); i++) {
      Encoded picture = inputs.sharing().get(i).spread(encoded.get(i));
      pictures.add(picture);
      interactions.add(Interaction.byLayer(text, picture));
    }
    return meeting instanceof AttentiveJoin attentive
        ? attentive.observe(text, pictures, interactions, mode)
        : new Observation(answer(text, pictures), interactions);
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

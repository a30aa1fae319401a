package org.dide.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.dide.AtomicFolder;
import org.dide.InputException;
import org.dide.hub.JsonText;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.model.Architecture;
import org.dide.model.AttentiveJoin;
import org.dide.model.AttentiveSizes;
import org.dide.model.DualEncoder;
import org.dide.model.Head;
import org.dide.tensor.Scope;

/**
 * Writes a dual encoder as a folder of ONNX graphs that can be used without dide, in float32 with
 * the operators of version 17. All sizes are free: of batches, of texts and of pictures.
 *
 * <p>{@code image_tower.onnx} takes
 *
 * <ul>
 *   <li>{@code pixel_values} {@code (B, 3, H, W)} float: pictures, prepared as {@code
 *       preprocessor_config.json} says, padded on the right and at the bottom to one size
 *   <li>{@code pixel_mask} {@code (B, H, W)} int64: 1 on a picture, which begins at the top left, 0
 *       on padding, whose values do not matter as long as they are finite
 *   <li>{@code place} {@code (B)} int64, only of a model of pairs: 0 for the first picture of a
 *       pair, 1 for the second
 * </ul>
 *
 * and gives {@code states} {@code (B, 1+N, D)}, of [CLS] and of all patches of the padded grid in
 * reading order; {@code mask} {@code (B, 1+N)} int64, 0 on those that are padding or, in a model
 * with a limit on patches, not looked at; and {@code pooled} {@code (B, D)}, which is what can be
 * stored of a picture and depends neither on padding nor on the pictures beside it. Who asks for
 * {@code pooled} alone gets it alone.
 *
 * <p>{@code text_tower.onnx} takes {@code input_ids} and {@code attention_mask}, {@code (B, T)}
 * int64, of BERT's WordPiece over {@code vocab.txt} in lower case, with [CLS] and [SEP], padded on
 * the right; T is at most {@code maxTextLength}. It gives {@code states} {@code (B, T, D)} and
 * {@code pooled} {@code (B, D)}.
 *
 * <p>{@code join.onnx} takes two {@code pooled}, {@code text} and {@code picture} (of a model of
 * pairs {@code picture_1} and {@code picture_2}), {@code (B, D)} each, and gives {@code logits}
 * {@code (B, C)}, to which {@code dide.json} has the answers. Of a model that compares texts with
 * pictures, it takes any number of each and gives {@code scores} {@code (B, B')}, of each text with
 * each picture. Such a model's towers also give {@code text_embeds} and {@code image_embeds}, unit
 * vectors {@code (B, D)} for a store of vectors, whose inner products rank as the scores do; so
 * does the join, from {@code pooled} that was stored.
 *
 * <p>Of a model with an {@link org.dide.model.AttentiveJoin}, that graph is {@code mlp_join.onnx},
 * the quick join beside it, and {@code join.onnx} takes {@code text_states} {@code (B, T, D)} and
 * {@code text_mask} {@code (B, T)} int64, which the text tower gave and took; and {@code
 * picture_vectors} {@code (B, K, D)} (of a model of pairs {@code picture_1_vectors} and so on),
 * which are the {@code vectors} that the image tower then gives too. If it keeps all states, they
 * are its {@code states}, and {@code picture_mask} is its {@code mask}.
 *
 * <p>Beside them lie {@code dide.json}, see {@link OnnxDescription}, and of the model folder {@code
 * preprocessor_config.json} and {@code vocab.txt}, see {@link ModelFolder}. Each graph's metadata
 * has the model's {@code fingerprint} and its {@code task}.
 */
public final class OnnxExport {
  /** The graph that encodes pictures. */
  public static final String IMAGE_TOWER = "image_tower.onnx";

  /** The graph that encodes texts. */
  public static final String TEXT_TOWER = "text_tower.onnx";

  /** The graph in which stored vectors meet. */
  public static final String JOIN = "join.onnx";

  /** The paper's join, where another stands beside it. */
  public static final String MLP_JOIN = "mlp_join.onnx";

  /** What the graphs cannot say. */
  public static final String DESCRIPTION = "dide.json";

  private OnnxExport() {}

  /**
   * Writes the folder, replacing what is there; see {@link AtomicFolder} for what a crash leaves.
   *
   * @throws InputException if the model is not a dual encoder, if a graph would be larger than the
   *     format allows, or if the folder cannot be written
   */
  public static void write(TrainedModel trained, Path folder) {
    if (!(trained.model() instanceof DualEncoder dual)) {
      throw new InputException(
          "%s: found a fusion model, which has no towers to export; allowed is a dual encoder (see"
                  .formatted(folder)
              + " dide distill)");
    }
    AtomicFolder.write(folder, aside -> write(trained, dual, aside));
  }

  private static void write(TrainedModel trained, DualEncoder model, Path folder)
      throws IOException {
    Architecture sizes = model.architecture();
    Head head = model.head();
    boolean compared = head instanceof Head.Matcher;
    Map<String, Tensor> parameters = model.parameters().tensors();
    String fingerprint = trained.fingerprint();
    Map<String, String> metadata =
        new TreeMap<>( // one order, so that equal models make equal files
            Map.of("fingerprint", fingerprint, "task", trained.task().name().toString()));
    write(
        folder.resolve(IMAGE_TOWER),
        metadata,
        () -> ImageTowerGraph.of(parameters, sizes, head.pictures() > 1, compared));
    write(
        folder.resolve(TEXT_TOWER), metadata, () -> TextTowerGraph.of(parameters, sizes, compared));
    writeJoins(folder, metadata, model);
    writeText(
        folder.resolve(DESCRIPTION), JsonText.indented(OnnxDescription.of(trained, fingerprint)));
    writeText(
        folder.resolve(ModelFolder.PREPROCESSING), JsonText.indented(trained.preprocessing()));
    trained.vocabulary().write(folder.resolve(ModelFolder.VOCABULARY));
  }

  private static void writeJoins(Path folder, Map<String, String> metadata, DualEncoder model)
      throws IOException {
    Architecture sizes = model.architecture();
    Map<String, Tensor> parameters = model.parameters().tensors();
    Path paper = folder.resolve(model.meeting() instanceof AttentiveJoin ? MLP_JOIN : JOIN);
    write(paper, metadata, () -> JoinGraph.of(parameters, model.head(), sizes.width()));
    if (sizes.join().isPresent() && model.head() instanceof Head.Classifier head) {
      AttentiveSizes join = sizes.join().get();
      write(
          folder.resolve(JOIN),
          metadata,
          () -> AttentiveJoinGraph.of(parameters, sizes, join, head));
    }
  }

  private static void write(Path file, Map<String, String> metadata, Supplier<Graph> graph)
      throws IOException {
    try (Scope scope = Scope.open()) {
      graph.get().write(file, metadata);
    }
  }

  private static void writeText(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(UTF_8));
  }
}

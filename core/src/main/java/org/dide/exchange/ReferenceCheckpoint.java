package org.dide.exchange;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.hub.ModelKind;
import org.dide.hub.ReferenceNames;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;

/**
 * A file of parameters by the reference's names: a checkpoint of its training, or parameters alone.
 * Sizes are read off the tensors; the number of attention heads, which they do not show, stands in
 * the checkpoint's hyper-parameters or is given.
 */
final class ReferenceCheckpoint {
  private static final String TOWER = DualEncoder.IMAGE_TOWER + ".";
  private static final String TEXT_TOWER = DualEncoder.TEXT_TOWER + ".";
  private static final String WORDS = "mlm_score.bias";
  private static final String MATCHING = "itm_score.fc.weight";
  private static final Pattern BLOCK = Pattern.compile("transformer\\.blocks\\.(\\d+)\\..*");

  /** Which task a head is for, by the name of its last map. */
  private static final Map<String, TaskName> TASKS =
      Map.of(
          "vqa_classifier.3.weight", TaskName.VQA,
          "nlvr2_classifier.3.weight", TaskName.REASONING,
          "nlvr_classifier.3.weight", TaskName.STATEMENT,
          "ve_classifier.3.weight", TaskName.ENTAILMENT,
          "similarity.text.weight", TaskName.RETRIEVAL);

  private final Path file;
  private final Map<String, Tensor> tensors;
  private final Hyperparameters hyperparameters;
  private final OptionalInt heads;

  private ReferenceCheckpoint(
      Path file, Map<String, Tensor> tensors, Hyperparameters hyperparameters, OptionalInt heads) {
    this.file = file;
    this.tensors = tensors;
    this.hyperparameters = hyperparameters;
    this.heads = heads;
  }

  /**
   * The model in a file.
   *
   * @param all the file's tensors, by their names there
   * @throws InputException if its sizes cannot be found out
   */
  static ForeignModel of(
      Path file,
      Map<String, Tensor> all,
      Hyperparameters hyperparameters,
      ImportSettings settings) {
    Map<String, Tensor> part =
        settings.part() == ImportSettings.Part.TEACHER
            ? ReferenceNames.teacher(all)
            : ReferenceNames.dualEncoder(all);
    if (part.isEmpty()) {
      throw new InputException("%s: found no parameters of a teacher".formatted(file));
    }
    return new ReferenceCheckpoint(file, ranked(part), hyperparameters, settings.heads())
        .model(settings.task());
  }

  /** A score that was fine-tuned for retrieval stands for the matching head that it began as. */
  private static Map<String, Tensor> ranked(Map<String, Tensor> part) {
    Map<String, Tensor> ours = new LinkedHashMap<>(part);
    ours.keySet().removeIf(name -> name.startsWith(HuggingFaceNames.RANK));
    part.forEach(
        (name, tensor) -> {
          if (name.startsWith(HuggingFaceNames.RANK)) {
            HuggingFaceNames.putRank(ours, name, tensor);
          }
        });
    return ours;
  }

  private ForeignModel model(Optional<TaskName> asked) {
    ModelKind kind =
        tensors.keySet().stream().anyMatch(name -> name.startsWith(TOWER))
            ? ModelKind.DUAL
            : ModelKind.FUSION;
    TaskName task = asked.orElseGet(this::task);
    Architecture architecture = architecture(kind, task);
    return new ForeignModel(
        file.toString(),
        "a checkpoint of the reference",
        kind,
        task,
        architecture,
        task == TaskName.VQA ? classes() : 0,
        List.of(),
        Optional.of(PreprocessorSettings.ofShorter(architecture.imageSize())),
        Optional.empty(),
        tensors,
        ForeignModel.Names.REFERENCE);
  }

  private TaskName task() {
    if (tensors.containsKey(WORDS)) {
      return TaskName.PRETRAINING; // two towers have a similarity beside
    }
    return TASKS.entrySet().stream()
        .filter(head -> tensors.containsKey(head.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(tensors.containsKey(MATCHING) ? TaskName.RETRIEVAL : TaskName.PRETRAINING);
  }

  private int classes() {
    return Optional.ofNullable(tensors.get("vqa_classifier.3.weight"))
        .filter(weight -> weight.dim() == 2)
        .map(weight -> Math.toIntExact(weight.size(0)))
        .orElse(0);
  }

  private Architecture architecture(ModelKind kind, TaskName task) {
    String image = kind == ModelKind.DUAL ? TOWER : "";
    String text = kind == ModelKind.DUAL ? TEXT_TOWER : "";
    int width = side(image + "transformer.cls_token", 3, 2);
    int patch = side(image + "transformer.patch_embed.proj.weight", 4, 2);
    int grid = grid(image + "transformer.pos_embed");
    int hidden = side(image + "transformer.blocks.0.mlp.fc1.weight", 2, 0);
    try {
      return new Architecture(
          width,
          heads(width),
          depth(image),
          Math.max(1, hidden / Math.max(1, width)),
          patch,
          Math.multiplyExact(grid, patch),
          side(text + "text_embeddings.position_embeddings.weight", 2, 0),
          side(text + "text_embeddings.word_embeddings.weight", 2, 0),
          1 + task.pictures(),
          hyperparameters.number("drop_rate").orElse(0.0),
          Math.max(0, hyperparameters.integer("max_image_len").orElse(0)));
    } catch (InputException | ArithmeticException problem) {
      throw new InputException("%s: %s".formatted(file, problem.getMessage()), problem);
    }
  }

  private int grid(String name) {
    int positions = side(name, 3, 1);
    return Architecture.gridSize(positions)
        .orElseThrow(
            () ->
                new InputException(
                    "%s: tensor %s: found %d positions, allowed are one and a square number"
                        .formatted(file, name, positions)));
  }

  private int heads(int width) {
    OptionalInt said = hyperparameters.integer("num_heads");
    if (heads.isPresent() && said.isPresent() && heads.getAsInt() != said.getAsInt()) {
      throw new InputException(
          "%s: attention heads: found %d, %d are asked for"
              .formatted(file, said.getAsInt(), heads.getAsInt()));
    }
    return (heads.isPresent() ? heads : said)
        .orElseThrow(
            () ->
                new InputException(
                    "%s: does not say how many attention heads share its width of %d; ViT-B's 768 are shared by 12"
                        .formatted(file, width)));
  }

  private int depth(String prefix) {
    return 1
        + tensors.keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> BLOCK.matcher(name.substring(prefix.length())))
            .filter(Matcher::matches)
            .map(block -> block.group(1))
            .filter(number -> number.length() < 6)
            .mapToInt(Integer::parseInt)
            .max()
            .orElse(-1);
  }

  private int side(String name, int dimensions, int dimension) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException(
          "%s: has no tensor %s; what is there is no checkpoint of the reference's names"
              .formatted(file, name));
    }
    if (tensor.dim() != dimensions) {
      throw new InputException(
          "%s: tensor %s: found %d dimensions, allowed are %d"
              .formatted(file, name, tensor.dim(), dimensions));
    }
    return Math.toIntExact(tensor.size(dimension));
  }
}

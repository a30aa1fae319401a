package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.hub.ReferenceNames;
import org.dide.image.PixelBatch;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Inputs;
import org.dide.model.ParameterSource;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/**
 * A distillation step at ViT-B/32's size, with weights from a formula. About 2.5 GB of memory: both
 * towers with their gradients, and the teacher.
 */
final class BaseAnchorVerifier implements CaseVerifier {
  private static final int SHOWN = 16;
  private static final String WEIGHTS = "weight_check_first4";

  /** What is expected of pooled outputs, and what ours are called. */
  private static final List<Map.Entry<String, String>> POOLED =
      List.of(
          Map.entry("text_tower_cls_first16", "text.cls_feats"),
          Map.entry("image_tower_cls_first16", "image0.cls_feats"),
          Map.entry("teacher_cls_feats_first16", "teacher0.cls_feats"));

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("base_anchor") && ReferenceTask.isKnown(golden.task());
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    ReferenceTask task = ReferenceTask.of(golden.task(), golden.config());
    try (ReferenceModels models = models(golden.config(), task)) {
      compareWeights(golden, models, comparison);
      ReferenceBatch batch =
          ReferenceBatch.of(
              golden,
              task,
              models.model().architecture(),
              inputs(golden, task),
              golden.field("batch"),
              Map.of());
      JsonNode expected = GoldenCase.field(golden.field("expected"), "fp32", golden.file());
      models.model().parameters().setTrainable(true);
      ReferenceModels.Observations observed = models.observe(batch);
      StepLosses losses = observed.losses(task, batch);
      comparePooled(expected, observed.outputs(), comparison);
      compareLogits("student_logits", expected, observed.model().logits(), comparison);
      observed
          .teacher()
          .ifPresent(
              taught -> compareLogits("teacher_logits", expected, taught.logits(), comparison));
      comparePatches(expected, observed, comparison);
      compareLosses(expected, losses, losses.scalars(task.name()), comparison);
      losses.losses().total().backward();
      compareGradients(expected, models.model().parameters().tensors(), comparison);
    }
  }

  private static ReferenceModels models(ReferenceConfig config, ReferenceTask task) {
    ParameterSource formula = (name, initial, shape) -> HashedValues.parameter(name, shape);
    return new ReferenceModels(
        DualEncoder.supplied(
            config.architecture(task.modalities()), task.task().head(), formula, Device.CPU),
        Optional.of(
            FusionModel.supplied(
                config.teacher(task.modalities()),
                task.task().head(),
                formula.at(ReferenceNames.TEACHER),
                Device.CPU)));
  }

  private static Inputs inputs(GoldenCase golden, ReferenceTask task) {
    JsonNode batch = golden.field("batch");
    List<PixelBatch> pictures = new ArrayList<>();
    for (JsonNode sizes : task.sizes(batch)) {
      List<JsonNode> rows = Json.list(sizes, "image_sizes_hw");
      int[] heights = new int[rows.size()];
      int[] widths = new int[rows.size()];
      for (int i = 0; i < heights.length; i++) {
        int[] size = Json.integers(rows.get(i), "image_sizes_hw", 2);
        heights[i] = size[0];
        widths[i] = size[1];
      }
      Tensor pixels = HashedValues.pictures(pictures.size(), heights, widths);
      pictures.add(new PixelBatch(pixels, heights, widths));
    }
    int[] lengths = Json.integers(batch.path("text_lens"), "text_lens");
    Tensor ids = HashedValues.texts(lengths, golden.config().integer("max_text_len"));
    return new Inputs(new TokenBatch(ids, lengths), pictures);
  }

  private static void compareWeights(
      GoldenCase golden, ReferenceModels models, Comparison comparison) {
    Json.fields(golden.field(WEIGHTS), WEIGHTS)
        .forEach(
            (name, check) -> {
              Optional<Tensor> found = models.parameter(name);
              float[] expected = Json.floats(check, name);
              found.ifPresentOrElse(
                  tensor -> comparison.values(name, first(tensor, expected.length), expected, 0),
                  () -> comparison.incomparable(name, "no such parameter", "a parameter"));
            });
  }

  private static void comparePooled(
      JsonNode expected, Map<String, Tensor> outputs, Comparison comparison) {
    POOLED.forEach(
        names ->
            compareRows(
                names.getKey(),
                expected.path(names.getKey()),
                Objects.requireNonNull(outputs.get(names.getValue())),
                comparison));
  }

  private static void compareLogits(
      String name, JsonNode expected, Tensor logits, Comparison comparison) {
    compareRows(name + "_first16", expected.path(name + "_first16"), logits, comparison);
    double[] sums = Json.doubles(expected.path(name + "_sum"), name + "_sum");
    comparison.equal(name + "_sum: rows", logits.size(0), (long) sums.length);
    // Independent errors grow with the square root of how many are added up.
    double bound = Tolerance.BASE_OUTPUT * Math.sqrt((double) logits.size(1));
    for (int row = 0; row < Math.min(sums.length, logits.size(0)); row++) {
      double sum = 0;
      for (float value : Tensors.floats(logits.select(0, row))) {
        sum += value;
      }
      comparison.number("%s_sum[%d]".formatted(name, row), sum, sums[row], bound);
    }
  }

  private static void compareRows(String name, JsonNode rows, Tensor found, Comparison comparison) {
    List<JsonNode> expected = Json.list(rows, name);
    if (expected.size() != found.size(0)) {
      comparison.incomparable(name, found.size(0) + " rows", expected.size() + " rows");
    }
    for (int row = 0; row < Math.min(expected.size(), found.size(0)); row++) {
      float[] wanted = Json.floats(expected.get(row), name);
      comparison.values(
          "%s[%d]".formatted(name, row),
          first(found.select(0, row), SHOWN),
          wanted,
          Tolerance.BASE_OUTPUT);
    }
  }

  private static void comparePatches(
      JsonNode expected, ReferenceModels.Observations observed, Comparison comparison) {
    Tensor mask = observed.model().interactions().get(0).pictureMask().real(); // (B, 1+N)
    JsonNode sequence = expected.path("seq");
    comparison.equal(
        "image_tokens",
        Tensors.shape(mask),
        Json.longs(sequence.path("image_tokens"), "image_tokens"));
    comparison.equal(
        "image_mask_sum",
        Tensors.longs(mask.sum(1)),
        Json.longs(sequence.path("image_mask_sum"), "image_mask_sum"));
  }

  private static void compareLosses(
      JsonNode expected, StepLosses found, Map<String, Double> scalars, Comparison comparison) {
    Map<String, Double> losses = Json.numbers(expected.path("losses"), "losses");
    comparison.scalars(scalars, losses, found.bounds(losses));
    double[] parts = Json.doubles(expected.path("attention_parts"), "attention_parts");
    List<String> names = List.of("attention_loss.t2i", "attention_loss.i2t");
    comparison.equal("attention_parts", names.size(), parts.length);
    for (int i = 0; i < Math.min(parts.length, names.size()); i++) {
      comparison.loss(
          names.get(i),
          scalars.getOrDefault(names.get(i), Double.NaN),
          parts[i],
          Tolerance.ATTENTION_LOSS);
    }
  }

  /** Of each gradient the norm, the largest magnitude and the first elements are known. */
  private static void compareGradients(
      JsonNode expected, Map<String, Tensor> parameters, Comparison comparison) {
    Json.fields(expected.path("grads"), "grads")
        .forEach(
            (name, wanted) -> {
              Tensor parameter = parameters.get(name);
              if (parameter == null || !parameter.grad().defined()) {
                comparison.incomparable("gradient of " + name, "nothing", "a tensor");
              } else {
                compareGradient("gradient of " + name, parameter.grad(), wanted, comparison);
              }
            });
  }

  private static void compareGradient(
      String name, Tensor found, JsonNode expected, Comparison comparison) {
    double largest = Json.number(expected.path("max"), name + ": max");
    double bound = Tolerance.GRADIENT * largest;
    float[] start = Json.floats(expected.path("first4"), name + ": first4");
    comparison.values(name + ", first", first(found, start.length), start, bound);
    comparison.number(name + ", largest", Comparison.largest(found), largest, bound);
    double norm = Json.number(expected.path("norm"), name + ": norm");
    comparison.number(name + ", norm", norm(found), norm, Tolerance.GRADIENT * norm);
  }

  private static double norm(Tensor tensor) {
    double sum = 0;
    for (float value : Tensors.floats(tensor)) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static float[] first(Tensor tensor, int count) {
    Tensor flat = tensor.flatten();
    return Tensors.floats(flat.narrow(0, 0, Math.min(count, flat.size(0))));
  }
}

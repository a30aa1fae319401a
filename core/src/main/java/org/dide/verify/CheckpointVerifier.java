package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.AnswerVocabulary;
import org.dide.exchange.ImportSettings;
import org.dide.exchange.ModelImport;
import org.dide.exchange.ParameterFiles;
import org.dide.model.FusionEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Inputs;
import org.dide.model.Mode;
import org.dide.model.Model;
import org.dide.model.Observation;
import org.dide.model.PatchPlan;
import org.dide.tensor.Device;
import org.dide.tensor.TensorFile;
import org.dide.tensor.Tensors;

/** A checkpoint of the reference's training: what is in it, and what its model computes. */
final class CheckpointVerifier implements CaseVerifier {
  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("checkpoint");
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    String file = Json.text(golden.field("file"), "file");
    compareShapes(golden, file, comparison);
    Optional<ReferenceTask> task =
        golden.task().isEmpty()
            ? Optional.empty()
            : Optional.of(ReferenceTask.of(golden.task(), golden.config()));
    ModelImport.Parts parts =
        ModelImport.readModel(golden.sibling(file), settings(task), Device.CPU);
    try (Model model = parts.model()) {
      Inputs inputs =
          ReferenceInputs.ofPadded(golden.tensors("inputs.safetensors"), model.head().pictures());
      Map<String, Tensor> expected = golden.tensors("expected.safetensors");
      List<PatchPlan> plans = model.plans(inputs);
      Observation observed = model.observe(inputs, plans, Mode.EVALUATION);
      Map<String, Tensor> computed = new HashMap<>();
      computed.put("logits", observed.logits());
      if (model instanceof FusionModel fusion) {
        addEncoder(computed, fusion, inputs, plans.get(0));
      }
      comparison.all(computed, expected, Set.of());
      compareLosses(golden, task, observed, comparison);
    }
  }

  /** Everything in the file, by name and shape. */
  private static void compareShapes(GoldenCase golden, String file, Comparison comparison) {
    Map<String, List<Long>> expected = new TreeMap<>();
    Json.fields(golden.field("tensors"), "tensors")
        .forEach((name, shape) -> expected.put(name, shape(shape)));
    Map<String, List<Long>> found = new TreeMap<>();
    try (TensorFile tensors = ParameterFiles.open(golden.sibling(file))) {
      tensors.entries().forEach((name, entry) -> found.put(name, entry.shape()));
    }
    comparison.equal("names and shapes of " + file, found, expected);
  }

  private static List<Long> shape(JsonNode sizes) {
    List<Long> shape = new ArrayList<>();
    for (long size : Json.longs(sizes, "tensors")) {
      shape.add(size);
    }
    return shape;
  }

  private static ImportSettings settings(Optional<ReferenceTask> task) {
    return task.map(ReferenceTask::task)
        .filter(known -> known.name().classes().isEmpty())
        .map(known -> ImportSettings.none().withAnswers(AnswerVocabulary.of(known.answers())))
        .orElseGet(ImportSettings::none);
  }

  private static void addEncoder(
      Map<String, Tensor> computed, FusionModel model, Inputs inputs, PatchPlan plan) {
    FusionEncoder.Output output =
        model.encoder().encode(inputs.text(), inputs.pictures().get(0), plan, 1, Mode.EVALUATION);
    Tensor states = output.all().states(); // (B, T+1+N, D)
    long length = inputs.text().length();
    Tensor texts = states.narrow(1, 0, length);
    computed.put("text_feats", texts);
    computed.put("image_feats", states.narrow(1, length, states.size(1) - length));
    computed.put("cls_feats", output.all().pooled());
    model
        .matching()
        .ifPresent(head -> computed.put("itm_logits", head.logits(output.all().pooled())));
    model.maskedWords().ifPresent(head -> computed.put("mlm_logits", head.logits(texts)));
  }

  private static void compareLosses(
      GoldenCase golden,
      Optional<ReferenceTask> task,
      Observation observed,
      Comparison comparison) {
    if (task.isPresent() && golden.json().has("eval_losses")) {
      Tensor targets = task.get().task().targets(task.get().examples(golden.field("batch")));
      Json.numbers(golden.field("eval_losses"), "eval_losses")
          .forEach(
              (name, expected) ->
                  comparison.loss(
                      name,
                      Tensors.floats(task.get().task().hardLoss(observed, targets))[0],
                      expected,
                      Tolerance.LOSS));
    }
  }
}

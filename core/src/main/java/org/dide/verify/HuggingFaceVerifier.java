package org.dide.verify;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.AnswerVocabulary;
import org.dide.data.TaskName;
import org.dide.exchange.ImportSettings;
import org.dide.exchange.ModelImport;
import org.dide.hub.ReferenceNames;
import org.dide.image.PixelBatch;
import org.dide.model.FusionEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Inputs;
import org.dide.model.Mode;
import org.dide.model.Model;
import org.dide.model.PatchPlan;
import org.dide.tensor.Device;

/** A folder of the transformers library, and what the library's model computes. */
final class HuggingFaceVerifier implements CaseVerifier {
  /** What the classes without a head for it lack of a pre-trained model. */
  private static final List<String> ABSENT = List.of("itm_score.*", "mlm_score.*");

  private static final String OWN_NAMES = "official_weights.safetensors";

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("hf_checkpoint");
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    Map<String, Tensor> expected = golden.tensors("expected.safetensors");
    ModelImport.Parts parts =
        ModelImport.readModel(golden.sibling(""), settings(expected), Device.CPU);
    try (Model model = parts.model()) {
      Inputs inputs = inputs(golden.tensors(Json.text(golden.field("inputs"), "inputs")));
      Map<String, Tensor> computed = computed((FusionModel) model, inputs, parts.task().name());
      expected.forEach(
          (name, wanted) ->
              comparison.tensor(
                  name, GoldenCase.tensor(computed, name), wanted, Tolerance.HUGGING_FACE));
      compareNames(golden, model, comparison);
    }
  }

  /** These files name no answers; there are as many as logits. */
  private static ImportSettings settings(Map<String, Tensor> expected) {
    ImportSettings settings = ImportSettings.none().withAllowedMissing(ABSENT);
    Tensor logits = expected.get("logits");
    return logits == null || logits.dim() != 2
        ? settings
        : settings.withAnswers(
            AnswerVocabulary.of(
                IntStream.range(0, (int) logits.size(1)).mapToObj(Integer::toString).toList()));
  }

  private static Inputs inputs(Map<String, Tensor> tensors) {
    Tensor pixels = GoldenCase.tensor(tensors, "pixel_values"); // (B, 3, H, W) or (B, 2, 3, H, W)
    Tensor mask = GoldenCase.tensor(tensors, "pixel_mask"); // (B, H, W) or (B, 2, H, W)
    List<PixelBatch> pictures = new ArrayList<>();
    if (pixels.dim() == 4) {
      pictures.add(ReferenceInputs.pictures(pixels, mask));
    } else {
      for (long i = 0; i < pixels.size(1); i++) {
        pictures.add(ReferenceInputs.pictures(pixels.select(1, i).contiguous(), mask.select(1, i)));
      }
    }
    return new Inputs(
        ReferenceInputs.texts(
            GoldenCase.tensor(tensors, "input_ids"), GoldenCase.tensor(tensors, "attention_mask")),
        pictures);
  }

  private static Map<String, Tensor> computed(FusionModel model, Inputs inputs, TaskName task) {
    Map<String, Tensor> computed = new HashMap<>();
    List<PatchPlan> plans = model.plans(inputs);
    if (task != TaskName.PRETRAINING) {
      computed.put("logits", model.observe(inputs, plans, Mode.EVALUATION).logits());
      return computed;
    }
    FusionEncoder.Output output =
        model
            .encoder()
            .encode(inputs.text(), inputs.pictures().get(0), plans.get(0), 1, Mode.EVALUATION);
    Tensor states = output.all().states(); // (B, T+1+N, D)
    computed.put("last_hidden_state", states);
    computed.put("pooler_output", output.all().pooled());
    model
        .maskedWords()
        .ifPresent(
            head ->
                computed.put("logits", head.logits(states.narrow(1, 0, inputs.text().length()))));
    return computed;
  }

  /** Where the case has the same parameters by our names, they must be what the names say. */
  private static void compareNames(GoldenCase golden, Model model, Comparison comparison) {
    if (Files.exists(golden.sibling(OWN_NAMES))) {
      Map<String, Tensor> own = ReferenceNames.fusionEncoder(golden.tensors(OWN_NAMES));
      comparison.equal("names", model.parameters().tensors().keySet(), own.keySet());
      model
          .parameters()
          .tensors()
          .forEach(
              (name, parameter) ->
                  comparison.tensor(name, parameter, GoldenCase.tensor(own, name), 0));
    }
  }
}

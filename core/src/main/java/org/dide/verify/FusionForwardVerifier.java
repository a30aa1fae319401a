package org.dide.verify;

import static org.bytedeco.pytorch.global.torch.softmax;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.hub.ReferenceNames;
import org.dide.model.Architecture;
import org.dide.model.FusionEncoder;
import org.dide.model.Inputs;
import org.dide.model.Mask;
import org.dide.model.Mode;
import org.dide.model.Parameters;
import org.dide.tensor.Device;

/** A fusion encoder's forward pass, with everything it computes on the way. */
final class FusionForwardVerifier implements CaseVerifier {
  private static final String SELECT = "visual_embed.select";
  private static final int FIRST_PICTURE = 1;
  private static final int MODALITIES = 2;

  private record Owned(FusionEncoder encoder, Parameters parameters) {}

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("fusion_forward");
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    Map<String, Tensor> weights =
        ReferenceNames.fusionEncoder(golden.tensors("weights.safetensors"));
    Map<String, Tensor> expected = golden.tensors("expected.safetensors");
    Inputs inputs =
        ReferenceInputs.of(
            golden.tensors("inputs.safetensors"), List.of(golden.field("image_sizes_hw")));
    Architecture architecture = golden.config().architecture(MODALITIES, weights);
    Selection selection =
        Selection.of(golden, inputs.pictures().get(0), architecture, expected, SELECT);
    comparison.number(
        "scale",
        scale(architecture),
        Json.number(golden.field("scale"), "scale"),
        Tolerance.ROUNDING);
    comparison.equal(
        "patch_grid_hw",
        new long[] {selection.plan().rows(), selection.plan().columns()},
        Json.longs(golden.field("patch_grid_hw"), "patch_grid_hw"));
    Owned owned =
        Parameters.loaded(
            weights,
            golden.sibling("weights.safetensors").toString(),
            Device.CPU,
            (source, owner) -> new Owned(new FusionEncoder(source, architecture), owner));
    try (Parameters parameters = owned.parameters()) {
      comparison.all(run(owned.encoder(), inputs, selection, architecture), expected, Set.of());
    }
  }

  private static Map<String, Tensor> run(
      FusionEncoder encoder, Inputs inputs, Selection selection, Architecture architecture) {
    Map<String, Tensor> computed = new HashMap<>();
    FusionEncoder.Output output =
        encoder.encode(
            inputs.text(),
            inputs.pictures().get(0),
            selection.plan(),
            FIRST_PICTURE,
            new Mode(false, computed::put));
    Tensor states = output.all().states(); // (B, T+1+N, D)
    int length = inputs.text().length();
    computed.put("text_feats", states.narrow(1, 0, length));
    computed.put("image_feats", states.narrow(1, length, states.size(1) - length));
    computed.put("raw_cls_feats", states.select(1, 0));
    computed.put("cls_feats", output.all().pooled());
    computed.put("text_masks", output.interactions().get(0).textMask().real());
    computed.put("image_masks", output.interactions().get(0).pictureMask().real());
    computed.put("co_masks", output.all().mask().real());
    computed.put(SELECT, selection.flattened());
    computed.put("patch_index", selection.rowsAndColumns());
    for (int layer = 0; layer < architecture.depth(); layer++) {
      addAttention(computed, "layer" + layer, output.all().mask(), scale(architecture));
    }
    return computed;
  }

  /** The models never form these on the way: their fused kernel does without. */
  private static void addAttention(
      Map<String, Tensor> computed, String layer, Mask mask, double scale) {
    Tensor queries = java.util.Objects.requireNonNull(computed.get(layer + ".q"));
    Tensor keys = java.util.Objects.requireNonNull(computed.get(layer + ".k"));
    Tensor scores = queries.matmul(keys.transpose(2, 3)).mul(new Scalar(scale)); // (B, H, T, T)
    Tensor masked =
        scores.masked_fill(mask.keys().logical_not(), new Scalar(Double.NEGATIVE_INFINITY));
    computed.put(layer + ".attn_scores_unmasked", scores);
    computed.put(layer + ".attn_probs", softmax(masked, -1));
  }

  private static double scale(Architecture architecture) {
    return 1 / Math.sqrt((double) architecture.headWidth());
  }
}

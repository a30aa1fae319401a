package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private static final Architecture SIZES = new Architecture(8, 2, 1, 2, 4, 8, 4, 10, 2, 0, 0);
  private static final Head HEAD = new Head.Classifier("vqa_classifier", 1, 3);

  @Test
  void listsEverythingThatDoesNotFit() {
    try (Scope scope = Scope.open();
        DualEncoder model = DualEncoder.initialised(SIZES, HEAD, 1, Device.CPU)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(model.parameters().tensors());
      tensors.remove("fusion.0.weight");
      tensors.remove("image_encoder.pooler.dense.bias");
      tensors.put("vqa_classifier.3.bias", Tensors.of(new float[4], 4));
      tensors.put("text_encoder.transformer.norm.weight", Tensors.of(new float[8], 8, 1));
      tensors.put("moon", Tensors.of(new float[1], 1));
      tensors.put("image_encoder.moon", Tensors.of(new float[1], 1));
      assertThatThrownBy(() -> DualEncoder.loaded(SIZES, HEAD, tensors, "some.file", Device.CPU))
          .isInstanceOf(InputException.class)
          .satisfies(
              problem ->
                  assertThat(String.valueOf(problem.getMessage()).lines())
                      .containsExactlyInAnyOrder(
                          "some.file: 6 parameters do not fit:",
                          "  fusion.0.weight: missing, allowed is [16, 16]",
                          "  image_encoder.pooler.dense.bias: missing, allowed is [8]",
                          "  vqa_classifier.3.bias: found [4], allowed is [3]",
                          "  text_encoder.transformer.norm.weight: found [8, 1], allowed is [8]",
                          "  moon: not a parameter of this model",
                          "  image_encoder.moon: not a parameter of this model"));
    }
  }

  @Test
  void loadsACopyOfEveryValue() {
    try (Scope scope = Scope.open();
        FusionModel model = FusionModel.initialised(SIZES, HEAD, 1, Device.CPU);
        FusionModel copy =
            FusionModel.loaded(SIZES, HEAD, model.parameters().tensors(), "a", Device.CPU)) {
      assertThat(List.copyOf(copy.parameters().tensors().keySet()))
          .isEqualTo(List.copyOf(model.parameters().tensors().keySet()));
      Map<String, float[]> before = values(model);
      values(copy).forEach((name, found) -> assertThat(found).isEqualTo(before.get(name)));
      copy.parameters().assign("vqa_classifier.3.bias", Tensors.of(new float[] {7, 7, 7}, 3));
      assertThat(values(copy).get("vqa_classifier.3.bias")).containsExactly(7, 7, 7);
      assertThat(values(model).get("vqa_classifier.3.bias")).containsExactly(0, 0, 0);
    }
  }

  @Test
  void drawsEachParameterFromSeedAndNameAlone() {
    Architecture deeper = new Architecture(8, 2, 3, 2, 4, 8, 4, 10, 2, 0, 0);
    try (FusionModel model = FusionModel.initialised(SIZES, HEAD, 5, Device.CPU);
        FusionModel same = FusionModel.initialised(deeper, HEAD, 5, Device.CPU);
        FusionModel other = FusionModel.initialised(SIZES, HEAD, 6, Device.CPU)) {
      String name = "transformer.blocks.0.attn.qkv.weight";
      assertThat(values(same).get(name)).isEqualTo(values(model).get(name));
      assertThat(values(other).get(name)).isNotEqualTo(values(model).get(name));
      assertThat(values(model).get("transformer.norm.weight")).containsOnly(1);
      assertThat(values(model).get("transformer.norm.bias")).containsOnly(0);
    }
  }

  @Test
  void assignsNothingThatDoesNotFit() {
    try (Scope scope = Scope.open();
        FusionModel model = FusionModel.initialised(SIZES, HEAD, 1, Device.CPU)) {
      assertThatThrownBy(
              () -> model.parameters().assign("vqa_classifier.3.bias", Tensors.of(new float[2], 2)))
          .hasMessage("parameter vqa_classifier.3.bias: found shape [2], allowed is [3]");
      assertThatThrownBy(() -> model.parameters().assign("moon", Tensors.of(new float[2], 2)))
          .hasMessage("parameter moon: found shape [2], allowed is no such name");
    }
  }

  private static Map<String, float[]> values(Model model) {
    Map<String, float[]> values = new LinkedHashMap<>();
    model
        .parameters()
        .tensors()
        .forEach((name, tensor) -> values.put(name, Tensors.floats(tensor)));
    return values;
  }
}

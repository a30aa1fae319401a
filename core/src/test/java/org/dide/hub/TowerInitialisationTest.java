package org.dide.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.hub.TowerInitialisation.Classifier;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.model.Initialisation;
import org.dide.model.Model;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TowerInitialisationTest {
  private static final Head HEAD = TinyModels.TASK.head();
  private static final String MODALITY = "token_type_embeddings.weight";
  private static final int WIDTH = TinyModels.ARCHITECTURE.width();

  private final FusionModel teacher = (FusionModel) TinyModels.fusion(5).model();

  @AfterEach
  void free() {
    teacher.close();
  }

  @Test
  void bothTowersAreTheTeacherAndTheRestIsFresh() {
    try (DualEncoder fresh = DualEncoder.initialised(TinyModels.ARCHITECTURE, HEAD, 3, Device.CPU);
        DualEncoder student =
            TowerInitialisation.fromTeacher(
                teacher, TinyModels.ARCHITECTURE, HEAD, 3, Device.CPU)) {
      for (String name : student.parameters().tensors().keySet()) {
        String own = name.replaceFirst("^(image|text)_encoder\\.", "");
        float[] expected = own.equals(name) ? values(fresh, name) : values(teacher, own);
        assertThat(values(student, name)).as(name).isEqualTo(expected);
      }
    }
  }

  @Test
  void theClassifierIsCopiedOnRequest() {
    try (DualEncoder student =
        TowerInitialisation.fromTeacher(
            teacher,
            TinyModels.ARCHITECTURE,
            HEAD,
            Classifier.COPIED,
            Initialisation.FAN_IN,
            3,
            Device.CPU)) {
      assertThat(values(student, "vqa_classifier.3.weight"))
          .isEqualTo(values(teacher, "vqa_classifier.3.weight"));
    }
  }

  @Test
  void aThirdModalityBeginsAsTheSecond() {
    try (DualEncoder student =
        TowerInitialisation.fromTeacher(
            teacher, TinyModels.ARCHITECTURE.withModalities(3), HEAD, 3, Device.CPU)) {
      float[] two = values(teacher, MODALITY);
      float[] three = Arrays.copyOf(two, 3 * WIDTH);
      System.arraycopy(two, WIDTH, three, 2 * WIDTH, WIDTH);
      assertThat(values(student, "image_encoder." + MODALITY)).isEqualTo(three);
      assertThat(values(student, "text_encoder." + MODALITY)).isEqualTo(two);
    }
  }

  @Test
  void aShallowerStudentTakesEvenlySpreadBlocks() {
    Architecture deep = new Architecture(32, 4, 5, 2, 16, 64, 12, 15, 2, 0.1, 0);
    try (FusionModel deeper = (FusionModel) TinyModels.fusion(deep, 6).model();
        DualEncoder student =
            TowerInitialisation.fromTeacher(deeper, TinyModels.ARCHITECTURE, HEAD, 3, Device.CPU)) {
      for (String tower : List.of("image_encoder.", "text_encoder.")) {
        for (String part : List.of("attn.qkv.weight", "mlp.fc2.bias", "norm1.weight")) {
          assertThat(values(student, tower + "transformer.blocks.0." + part))
              .isEqualTo(values(deeper, "transformer.blocks.2." + part));
          assertThat(values(student, tower + "transformer.blocks.1." + part))
              .isEqualTo(values(deeper, "transformer.blocks.4." + part));
        }
        assertThat(values(student, tower + "pooler.dense.weight"))
            .isEqualTo(values(deeper, "pooler.dense.weight"));
      }
    }
  }

  @Test
  void otherSizesAreNamed() {
    Architecture other = new Architecture(32, 2, 3, 2, 16, 64, 12, 15, 2, 0.1, 0);
    assertThatThrownBy(() -> TowerInitialisation.fromTeacher(teacher, other, HEAD, 3, Device.CPU))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("heads: found 2, allowed is 4")
        .hasMessageContaining("depth: found 3, allowed is 2 or less");
  }

  @Test
  void aClassifierForOtherAnswersIsNotCopied() {
    assertThatThrownBy(
            () ->
                TowerInitialisation.fromTeacher(
                    teacher,
                    TinyModels.ARCHITECTURE,
                    new Head.Classifier("vqa_classifier", 1, 9),
                    Classifier.COPIED,
                    Initialisation.FAN_IN,
                    3,
                    Device.CPU))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("classes=6")
        .hasMessageContaining("classes=9");
  }

  private static float[] values(Model model, String name) {
    Tensor tensor = model.parameters().tensors().get(name);
    if (tensor == null) {
      throw new AssertionError("no parameter " + name);
    }
    return Tensors.floats(tensor);
  }
}

package org.dide.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorInventoryTest {
  @TempDir private Path folder;

  @Test
  void countsByPartAndType() throws IOException {
    Path file = folder.resolve("some.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("tower.a", Tensors.of(new float[6], 2, 3));
      tensors.put("tower.b.c", Tensors.of(new float[4], 4));
      tensors.put("m/tower.a", Tensors.of(new long[2], 2));
      SafetensorsWriter.write(file, tensors, Map.of("made by", "hand"));
    }
    TensorInventory inventory = TensorInventory.of(file);
    assertThat(inventory.count()).isEqualTo(12);
    assertThat(inventory.parts()).containsOnly(Map.entry("tower", 10L), Map.entry("m", 2L));
    assertThat(inventory.types()).containsExactly(Map.entry("F32", 10L), Map.entry("I64", 2L));
    assertThat(inventory.metadata()).containsExactly(Map.entry("made by", "hand"));
    assertThat(inventory.checksum()).isEqualTo(Checksums.of(Files.readAllBytes(file)));
    assertThat(inventory.tensors()).hasSize(3);
  }

  @Test
  void describesWhatAFolderHolds() {
    Path model = folder.resolve("model");
    String fingerprint;
    try (TrainedModel dual = TinyModels.dual(3)) {
      ModelFolder.save(model, dual);
      fingerprint = dual.fingerprint();
    }
    ModelDescription description = ModelDescription.of(model);
    assertThat(description.kind()).isEqualTo(ModelKind.DUAL);
    assertThat(description.fingerprint()).isEqualTo(fingerprint);
    assertThat(description.architecture()).isEqualTo(TinyModels.ARCHITECTURE);
    assertThat(description.answers()).isEqualTo(TinyModels.TASK.answers());
    assertThat(description.tokens()).isEqualTo(TinyModels.VOCABULARY.size());
    assertThat(description.parameters().parts())
        .containsOnlyKeys("image_encoder", "text_encoder", "fusion", "vqa_classifier");
  }

  @Test
  void tellsWhatIsNotThere() {
    assertThatThrownBy(() -> TensorInventory.of(folder.resolve("absent")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no such file");
  }
}

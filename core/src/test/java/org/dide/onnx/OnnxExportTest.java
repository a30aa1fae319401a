package org.dide.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.hub.ModelFolder;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
import org.dide.onnx.SameVectors.Size;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.dide.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxExportTest {
  private static final Path SHIPPED = Path.of("..", "models", "scenes-student");

  /** Of 16 pixels a patch: below, at and above the grid of 4 by 4, one row, and odd pixels. */
  private static final List<Size> MIXED =
      List.of(new Size(32, 48), new Size(64, 64), new Size(16, 96), new Size(83, 17));

  @TempDir Path parent;
  private Path folder;

  @BeforeAll
  static void oneThread() {
    Engine.configure(1);
  }

  @BeforeEach
  void place() {
    folder = parent.resolve("graphs");
  }

  @ParameterizedTest
  @EnumSource
  void givesWhatTheEngineGives(TaskName task) {
    List<TrainedModel> models = TinyModels.of(task, 3);
    models.get(1).close();
    try (TrainedModel trained = models.get(0)) {
      requireSame(trained);
    }
  }

  /** Over all states, and over as many vectors as the pictures have patches, fewer and more. */
  @ParameterizedTest
  @CsvSource({"VQA, 1, 0", "REASONING, 2, 0", "VQA, 2, 1", "VQA, 1, 6", "REASONING, 1, 20"})
  void anAttentiveJoinLooksAsTheEnginesDoes(TaskName task, int layers, int vectors) {
    try (TrainedModel trained =
        TinyModels.dual(task, Optional.of(new AttentiveSizes(layers, vectors)), 3)) {
      requireSame(trained);
      assertThat(folder.resolve(OnnxExport.MLP_JOIN)).exists();
    }
  }

  private void requireSame(TrainedModel trained) {
    OnnxExport.write(trained, folder);
    try (ExportedFolder exported = new ExportedFolder(folder)) {
      SameVectors same = new SameVectors(trained, exported);
      same.require(1, List.of(new Size(64, 64)), 12);
      same.require(2, List.of(new Size(48, 80)), 2);
      same.require(3, MIXED, 7, 12, 3, 9);
      same.requirePictures(4, MIXED, 21);
    }
  }

  @Test
  void theShippedStudentIsTheSame() {
    try (TrainedModel trained = ModelFolder.load(SHIPPED, Device.CPU)) {
      requireSame(trained);
    }
  }

  @Test
  void aLimitOnPatchesHoldsInTheGraphToo() {
    Architecture few = TinyModels.ARCHITECTURE.withMaxPatches(5);
    try (TrainedModel trained = TinyModels.dual(few, 5)) {
      requireSame(trained);
    }
  }

  @Test
  void retrievalScoresAnyNumberOfTextsAndPictures() {
    List<TrainedModel> models = TinyModels.of(TaskName.RETRIEVAL, 3);
    models.get(1).close();
    try (TrainedModel trained = models.get(0);
        ExportedFolder exported = new ExportedFolder(folder);
        Scope scope = Scope.open()) {
      OnnxExport.write(trained, folder);
      ExportedFolder.Output text = exported.texts(texts(4, 3)).get("pooled");
      ExportedFolder.Output picture = exported.texts(texts(6, 2)).get("pooled");
      assertThat(exported.join(text, List.of(picture)).get("scores").shape()).containsExactly(3, 2);
    }
  }

  @Test
  void longerTextsThanTheModelKnowsAreRefused() {
    try (TrainedModel trained = TinyModels.dual(1);
        ExportedFolder exported = new ExportedFolder(folder);
        Scope scope = Scope.open()) {
      OnnxExport.write(trained, folder);
      assertThatThrownBy(() -> exported.texts(texts(13, 1))).hasMessageContaining("broadcast");
    }
  }

  private static TokenBatch texts(int length, int count) {
    int[] text = IntStream.range(0, length).map(i -> 1 + i % 13).toArray();
    return TokenBatch.of(
        Stream.generate(() -> text).limit(count).toArray(int[][]::new), length, Device.CPU);
  }

  @Test
  void theFolderCanBeUsedAlone() throws IOException {
    try (TrainedModel trained = TinyModels.dual(1);
        ExportedFolder exported = new ExportedFolder(folder)) {
      OnnxExport.write(trained, folder);
      assertThat(folder.toFile().list())
          .containsExactlyInAnyOrder(
              "image_tower.onnx",
              "text_tower.onnx",
              "join.onnx",
              "dide.json",
              "preprocessor_config.json",
              "vocab.txt");
      assertThat(Vocabulary.read(folder.resolve("vocab.txt")).tokens())
          .isEqualTo(trained.vocabulary().tokens());
      assertThat(Files.readString(folder.resolve("dide.json")))
          .contains("\"task\" : \"vqa\"", "\"a | b\"", "\"patchSize\" : 16", trained.fingerprint());
      Map<String, String> metadata = Map.of("fingerprint", trained.fingerprint(), "task", "vqa");
      assertThat(exported.metadata(OnnxExport.IMAGE_TOWER)).isEqualTo(metadata);
      assertThat(exported.metadata(OnnxExport.TEXT_TOWER)).isEqualTo(metadata);
      assertThat(exported.metadata(OnnxExport.JOIN)).isEqualTo(metadata);
    }
  }

  @Test
  void equalModelsMakeEqualFiles() throws IOException {
    Path other = parent.resolve("other");
    try (TrainedModel trained = TinyModels.dual(1);
        TrainedModel again = TinyModels.dual(1)) {
      OnnxExport.write(trained, folder);
      OnnxExport.write(again, other);
    }
    for (String name : folder.toFile().list()) {
      assertThat(other.resolve(name)).hasSameBinaryContentAs(folder.resolve(name));
    }
  }

  @Test
  void aFusionModelIsRefusedAndWhatWasThereStays() throws IOException {
    Files.createDirectory(folder);
    Files.writeString(folder.resolve("mine.txt"), "mine");
    try (TrainedModel trained = TinyModels.fusion(1)) {
      assertThatThrownBy(() -> OnnxExport.write(trained, folder))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("graphs: found a fusion model")
          .hasMessageContaining("allowed is a dual encoder");
    }
    assertThat(folder.resolve("mine.txt")).hasContent("mine");
  }

  @Test
  void moreThanTheFormatHoldsIsRefused() {
    try (Scope scope = Scope.open()) {
      Tensor half = Tensors.of(new float[25], 5, 5);
      Graph graph = new Graph("tower", 200);
      graph.parameter("a", () -> half);
      graph.parameter("b", () -> half);
      assertThat(graph.parameter("a", () -> half)).isEqualTo(new Value("a"));
      assertThatThrownBy(() -> graph.parameter("c", () -> half))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("tower.onnx: found parameters of")
          .hasMessageContaining("allowed are at most 200 bytes");
    }
  }
}

package org.dide.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.AnswerVocabulary;
import org.dide.data.TaskName;
import org.dide.exchange.ImportSettings.Part;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Model;
import org.dide.tensor.Device;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceCheckpointTest {
  private static final int HEADS = TinyModels.ARCHITECTURE.heads();

  @TempDir Path folder;

  /** Every size but that of the heads is read off the tensors. */
  @ParameterizedTest
  @EnumSource(TaskName.class)
  void modelsOfBothKindsAreRecognised(TaskName task) {
    for (TrainedModel trained : TinyModels.of(task, 3)) {
      try (trained) {
        Path file = write(trained.model().parameters().tensors());
        try (Model model = read(file, settings(Optional.empty(), trained, HEADS))) {
          assertThat(model.getClass()).isEqualTo(trained.model().getClass());
          assertThat(model.head()).isEqualTo(trained.model().head());
          assertThat(model.architecture()).isEqualTo(trained.model().architecture().withDropout(0));
          assertSame(model, trained.model().parameters().tensors());
        }
      }
    }
  }

  @Test
  void theTeacherInsideAStudentsCheckpointIsTheOtherPart() {
    try (TrainedModel student = TinyModels.dual(4);
        TrainedModel teacher = TinyModels.fusion(5)) {
      Map<String, Tensor> both = new LinkedHashMap<>(student.model().parameters().tensors());
      teacher.model().parameters().tensors().forEach((k, v) -> both.put("teacher_model." + k, v));
      Path file = write(both);
      try (Model dual = read(file, settings(Part.MODEL, student));
          Model fusion = read(file, settings(Part.TEACHER, student))) {
        assertThat(dual).isInstanceOf(DualEncoder.class);
        assertThat(fusion).isInstanceOf(FusionModel.class);
        assertSame(dual, student.model().parameters().tensors());
        assertSame(fusion, teacher.model().parameters().tensors());
      }
      Path alone = write(student.model().parameters().tensors());
      assertThatThrownBy(() -> read(alone, settings(Part.TEACHER, student)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("found no parameters of a teacher");
    }
  }

  /** The score began as the second row of the matching head, which the file still has. */
  @Test
  void aScoreTunedForRetrievalStandsForTheMatchingHead() {
    try (Scope scope = Scope.open();
        TrainedModel teacher = TinyModels.fusion(TaskName.RETRIEVAL, 4)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(teacher.model().parameters().tensors());
      float[] weight = new float[TinyModels.ARCHITECTURE.width()];
      weight[1] = 2;
      tensors.put("rank_output.weight", Tensors.of(weight, 1, weight.length));
      tensors.put("rank_output.bias", Tensors.of(new float[] {3}, 1));
      try (Model model = read(write(tensors), settings(Optional.empty(), teacher, HEADS))) {
        Map<String, Tensor> found = model.parameters().tensors();
        assertThat(Tensors.floats(tensor(found, "itm_score.fc.bias"))).containsExactly(0, 3);
        assertThat(Tensors.floats(tensor(found, "itm_score.fc.weight").select(0, 1)))
            .isEqualTo(weight);
      }
    }
  }

  @Test
  void whatItDoesNotSayMustBeSaid() {
    try (TrainedModel teacher = TinyModels.fusion(4)) {
      Path file = write(teacher.model().parameters().tensors());
      assertThatThrownBy(() -> read(file, ImportSettings.none()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("how many attention heads share its width of 32");
      ImportSettings heads = settings(Optional.of(TaskName.VQA), Optional.empty(), Part.MODEL, 4);
      assertThatThrownBy(() -> read(file, heads))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("answers: found 0 named, needed are 6");
      assertThatThrownBy(
              () ->
                  read(
                      file,
                      settings(Optional.empty(), teacher, TinyModels.ARCHITECTURE.width() + 1)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("width: found 32, allowed is a multiple of heads");
    }
  }

  @Test
  void tensorsOfSomethingElseAreRefused() {
    try (Scope scope = Scope.open()) {
      Path file = write(Map.of("layer.weight", Tensors.of(new float[] {1}, 1)));
      assertThatThrownBy(() -> read(file, ImportSettings.none()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("has no tensor transformer.cls_token");
    }
  }

  private Path write(Map<String, Tensor> tensors) {
    Path file = folder.resolve("parameters.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    return file;
  }

  private static Model read(Path file, ImportSettings settings) {
    return ModelImport.readModel(file, settings, Device.CPU).model();
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Optional.ofNullable(tensors.get(name)).orElseThrow();
  }

  private static void assertSame(Model model, Map<String, Tensor> expected) {
    Map<String, Tensor> found = model.parameters().tensors();
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, wanted) -> assertThat(tensor(found, name).equal(wanted)).as(name).isTrue());
  }

  private static ImportSettings settings(Part part, TrainedModel like) {
    return settings(
        Optional.empty(), Optional.of(AnswerVocabulary.of(like.task().answers())), part, HEADS);
  }

  private static ImportSettings settings(Optional<TaskName> task, TrainedModel like, int heads) {
    return settings(
        task, Optional.of(AnswerVocabulary.of(like.task().answers())), Part.MODEL, heads);
  }

  private static ImportSettings settings(
      Optional<TaskName> task, Optional<AnswerVocabulary> answers, Part part, int heads) {
    return new ImportSettings(
        task,
        answers,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.of(heads),
        part,
        List.of(),
        List.of(),
        0);
  }
}

package org.dide.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.model.Architecture;
import org.dide.model.AttentiveJoin;
import org.dide.model.AttentiveSizes;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.model.Model;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WarmStartTest {
  private static final int SEED = 3;
  private static final String MODALITY = "token_type_embeddings.weight";

  @ParameterizedTest
  @EnumSource(TaskName.class)
  void everythingButTheHeadIsTakenOver(TaskName name) {
    for (TrainedModel trained : TinyModels.of(TaskName.VQA, 5)) {
      try (trained;
          Model drawn = fresh(trained.model(), name);
          Model model = fresh(trained.model(), name)) {
        WarmStart.inherit(model, trained.model(), false);
        for (String parameter : model.parameters().tensors().keySet()) {
          boolean taken = !model.head().owns(parameter);
          float[] found = values(model, parameter);
          float[] expected = values(taken ? trained.model() : drawn, parameter);
          if (parameter.endsWith(MODALITY) && found.length > expected.length) {
            int width = trained.model().architecture().width();
            assertThat(Arrays.copyOfRange(found, 2 * width, 3 * width))
                .as("the second picture's modality")
                .isEqualTo(Arrays.copyOfRange(expected, width, 2 * width));
            found = Arrays.copyOf(found, expected.length);
          }
          assertThat(found).as(parameter).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TaskName.class)
  void ofTheSameAnswersTheHeadToo(TaskName name) {
    for (TrainedModel trained : TinyModels.of(name, 5)) {
      try (trained;
          Model model = fresh(trained.model(), name)) {
        WarmStart.inherit(model, trained.model(), true);
        for (String parameter : model.parameters().tensors().keySet()) {
          assertThat(values(model, parameter))
              .as(parameter)
              .isEqualTo(values(trained.model(), parameter));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = TaskName.class, names = "REASONING")
  void refusesOtherKindsAndFewerPictures(TaskName pairs) {
    List<TrainedModel> trained = TinyModels.of(pairs, 5);
    try (TrainedModel dual = trained.get(0);
        TrainedModel fusion = trained.get(1);
        Model one = fresh(fusion.model(), TaskName.STATEMENT)) {
      assertThatThrownBy(() -> WarmStart.inherit(fusion.model(), dual.model(), true))
          .isInstanceOf(InputException.class)
          .hasMessage("kind: found DualEncoder, allowed is FusionModel");
      assertThatThrownBy(() -> WarmStart.inherit(one, fusion.model(), false))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("pairs of pictures");
    }
  }

  /** Its layers and all else are taken over, but vectors of another number are other vectors. */
  @ParameterizedTest
  @CsvSource({"4, 4, true", "4, 16, false", "4, 0, false"})
  void poolingIsTakenOverWithAsManyVectors(int learnt, int wanted, boolean taken) {
    try (TrainedModel trained =
            TinyModels.dual(TaskName.VQA, Optional.of(new AttentiveSizes(1, learnt)), 5);
        TrainedModel other =
            TinyModels.dual(TaskName.VQA, Optional.of(new AttentiveSizes(1, wanted)), 6);
        TrainedModel fresh =
            TinyModels.dual(TaskName.VQA, Optional.of(new AttentiveSizes(1, wanted)), 6)) {
      WarmStart.inherit(fresh.model(), trained.model(), true);
      for (String parameter : fresh.model().parameters().tensors().keySet()) {
        boolean own = parameter.startsWith(AttentiveJoin.POOLING) && !taken;
        assertThat(values(fresh.model(), parameter))
            .as(parameter)
            .isEqualTo(values(own ? other.model() : trained.model(), parameter));
      }
    }
  }

  /** A model of the same kind for a task, as drawn. */
  private static Model fresh(Model like, TaskName name) {
    Head head =
        Task.named(name, name.classes().isEmpty() ? TinyModels.TASK.answers() : name.classes())
            .head();
    Architecture sizes = TinyModels.ARCHITECTURE.withModalities(1 + name.pictures());
    return like instanceof FusionModel
        ? FusionModel.initialised(sizes, head, SEED, Device.CPU)
        : DualEncoder.initialised(sizes, head, SEED, Device.CPU);
  }

  private static float[] values(Model model, String name) {
    return Tensors.floats(
        Optional.ofNullable(model.parameters().tensors().get(name)).orElseThrow());
  }
}

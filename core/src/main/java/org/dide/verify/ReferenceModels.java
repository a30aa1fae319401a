package org.dide.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.hub.ReferenceNames;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Interaction;
import org.dide.model.Mode;
import org.dide.model.Mode.Tap;
import org.dide.model.Model;
import org.dide.model.Observation;
import org.dide.tensor.Device;

/**
 * The models of a case.
 *
 * @param model the one that is trained: a fusion encoder, or a dual encoder
 * @param teacher the one it learns from, if any; its parameters are frozen
 */
record ReferenceModels(Model model, Optional<FusionModel> teacher) implements AutoCloseable {
  /** Loads what the configuration speaks of from a file beside the case. */
  static ReferenceModels load(GoldenCase golden, ReferenceTask task, String file) {
    Map<String, Tensor> weights = golden.tensors(file);
    String origin = golden.sibling(file).toString();
    ReferenceConfig config = golden.config();
    Architecture architecture = config.architecture(task.modalities(), weights);
    if (!config.flag("use_two_tower")) {
      return new ReferenceModels(
          FusionModel.loaded(
              architecture,
              task.task().head(),
              ReferenceNames.fusionEncoder(weights),
              origin,
              Device.CPU),
          Optional.empty());
    }
    DualEncoder student =
        DualEncoder.loaded(
            architecture,
            task.task().head(),
            ReferenceNames.dualEncoder(weights),
            origin,
            Device.CPU);
    if (!config.flag("use_dst")) {
      return new ReferenceModels(student, Optional.empty());
    }
    Map<String, Tensor> teacher = ReferenceNames.teacher(weights);
    return new ReferenceModels(
        student,
        Optional.of(
            FusionModel.loaded(
                config.teacher(task.modalities(), teacher),
                task.task().head(),
                teacher,
                origin,
                Device.CPU)));
  }

  /** What the trained model and its teacher make of a batch; cases are made without dropout. */
  Observations observe(ReferenceBatch batch) {
    List<Tensor> pooled = new ArrayList<>();
    Observation learnt = observe(model, batch, pooled);
    Map<String, Tensor> outputs = new HashMap<>();
    if (model instanceof DualEncoder) {
      addTowers(outputs, learnt, pooled);
    }
    for (int i = 0; i < batch.selections().size(); i++) {
      outputs.put("image" + i + ".select", batch.selections().get(i).flattened());
    }
    List<Tensor> pooledByTeacher = new ArrayList<>();
    Optional<Observation> taught =
        teacher.map(teaching -> observe(teaching, batch, pooledByTeacher));
    taught.ifPresent(observation -> addTeacher(outputs, observation, pooledByTeacher));
    return new Observations(learnt, taught, outputs);
  }

  private static Observation observe(Model model, ReferenceBatch batch, List<Tensor> pooled) {
    Tap tap =
        (name, value) -> {
          if (name.equals("pooled")) {
            pooled.add(value);
          }
        };
    return model.observe(batch.inputs(), batch.plans(), new Mode(false, tap));
  }

  /** The text tower encodes before the image tower does. */
  private static void addTowers(
      Map<String, Tensor> outputs, Observation student, List<Tensor> pooled) {
    outputs.put("text.cls_feats", pooled.get(0));
    for (int i = 0; i < student.interactions().size(); i++) {
      outputs.put("image" + i + ".cls_feats", pooled.get(1 + i));
      outputs.put("image" + i + ".mask", student.interactions().get(i).pictureMask().real());
    }
  }

  private static void addTeacher(
      Map<String, Tensor> outputs, Observation teacher, List<Tensor> pooled) {
    outputs.put("teacher_logits", teacher.logits());
    for (int i = 0; i < teacher.interactions().size(); i++) {
      Interaction interaction = teacher.interactions().get(i);
      outputs.put("teacher" + i + ".cls_feats", pooled.get(i));
      outputs.put(
          "teacher" + i + ".co_masks",
          interaction.textMask().then(interaction.pictureMask()).real());
    }
  }

  /**
   * What both make of a batch.
   *
   * @param model of the model that is trained
   * @param teacher of its teacher, if any
   * @param outputs what else their encoders computed, by the reference's names
   */
  record Observations(
      Observation model, Optional<Observation> teacher, Map<String, Tensor> outputs) {
    /** The losses of a training step. */
    StepLosses losses(ReferenceTask task, ReferenceBatch batch) {
      return StepLosses.of(task.task(), batch.targets(), model, teacher);
    }
  }

  /** A parameter by its name in a checkpoint of the reference. */
  Optional<Tensor> parameter(String name) {
    String inTeacher = ReferenceNames.TEACHER + ".";
    Map<String, Tensor> own = model.parameters().tensors();
    return name.startsWith(inTeacher)
        ? teacher.map(
            taught -> taught.parameters().tensors().get(name.substring(inTeacher.length())))
        : Optional.ofNullable(own.get(name));
  }

  @Override
  public void close() {
    model.close();
    teacher.ifPresent(Model::close);
  }
}

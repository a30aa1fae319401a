package org.dide.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.hub.ReferenceNames;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.Encoded;
import org.dide.model.FusionModel;
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

  /** What the trained model and its teacher make of a batch. */
  Observations observe(ReferenceBatch batch) {
    return new Observations(
        model.observe(batch.inputs(), batch.plans(), ReferenceBatch.MODE),
        teacher.map(taught -> taught.observe(batch.inputs(), batch.plans(), ReferenceBatch.MODE)));
  }

  /**
   * What both make of a batch.
   *
   * @param model of the model that is trained
   * @param teacher of its teacher, if any
   */
  record Observations(Observation model, Optional<Observation> teacher) {
    /** The losses of a training step. */
    StepLosses losses(ReferenceTask task, ReferenceBatch batch) {
      return StepLosses.of(task.task(), batch.targets(), model, teacher);
    }
  }

  /** What the encoders make of a batch, apart from logits, by the reference's names. */
  Map<String, Tensor> pooled(ReferenceBatch batch) {
    Map<String, Tensor> outputs = new HashMap<>();
    if (model instanceof DualEncoder student) {
      addTowers(outputs, student, batch);
    }
    teacher.ifPresent(taught -> addTeacher(outputs, taught, batch));
    return outputs;
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

  private static void addTowers(
      Map<String, Tensor> outputs, DualEncoder student, ReferenceBatch batch) {
    outputs.put(
        "text.cls_feats",
        student.textTower().encode(batch.inputs().text(), ReferenceBatch.MODE).pooled());
    for (int i = 0; i < batch.selections().size(); i++) {
      Selection selection = batch.selections().get(i);
      Encoded picture =
          student
              .imageTower()
              .encode(
                  batch.inputs().pictures().get(i), selection.plan(), 1 + i, ReferenceBatch.MODE);
      outputs.put("image" + i + ".cls_feats", picture.pooled());
      outputs.put("image" + i + ".mask", picture.mask().real());
      outputs.put("image" + i + ".select", selection.flattened());
    }
  }

  private static void addTeacher(
      Map<String, Tensor> outputs, FusionModel teacher, ReferenceBatch batch) {
    for (int i = 0; i < batch.selections().size(); i++) {
      Encoded pair =
          teacher
              .encoder()
              .encode(
                  batch.inputs().text(),
                  batch.inputs().pictures().get(i),
                  batch.selections().get(i).plan(),
                  1 + i,
                  ReferenceBatch.MODE)
              .all();
      outputs.put("teacher" + i + ".cls_feats", pair.pooled());
      outputs.put("teacher" + i + ".co_masks", pair.mask().real());
    }
  }

  @Override
  public void close() {
    model.close();
    teacher.ifPresent(Model::close);
  }
}
